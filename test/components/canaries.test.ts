import { expect, test } from 'vitest';
import type { CanaryCluster, CanaryRequest, Component } from '../../lib/components/component.ts';
import { chroma } from '../../lib/components/chroma/index.ts';
import { evidently } from '../../lib/components/evidently/index.ts';
import { gateway } from '../../lib/components/gateway.ts';
import { gpu } from '../../lib/components/gpu.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { seldon } from '../../lib/components/seldon/index.ts';
import { zenml } from '../../lib/components/zenml/index.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

/** Response bodies by `METHOD last-path-segment`. A number is an HTTP status. */
type Responses = Record<string, unknown>;

const cluster = (responses: Responses, objects: Record<string, Partial<KubernetesObject>> = {}) => {
  const requests: CanaryRequest[] = [];
  const canaryCluster: CanaryCluster = {
    call: (_service, request) => {
      requests.push(request);
      const [path = ''] = request.path.split('?');
      const response = responses[`${request.method} ${path.slice(path.lastIndexOf('/') + 1)}`];
      return Promise.resolve(
        typeof response === 'number' ? { status: response, body: {} } : { status: 200, body: response },
      );
    },
    read: ({ kind, name }) =>
      Promise.resolve(objects[kind] && { apiVersion: 'v1', kind, metadata: { name }, ...objects[kind] }),
    list: ({ kind }) =>
      Promise.resolve(
        objects[kind] ? [{ apiVersion: 'v1', kind, metadata: { name: kind }, ...objects[kind] }] : [],
      ),
    secret: (name, key) => Promise.resolve(`${name}/${key}`),
  };
  return { canaryCluster, requests };
};

const run = (component: Component, { canaryCluster }: ReturnType<typeof cluster>) => {
  if (component.workload === undefined) throw new Error(`${component.name} has no canary`);
  return component.workload.canary(canaryCluster);
};

const MLFLOW: Responses = {
  'GET get-by-name': { experiment: { experiment_id: '7' } },
  'POST create': { run: { info: { run_id: 'r1' } } },
  'GET get': { run: { data: { metrics: [{ key: 'canary', value: 1 }] } } },
  'GET canary.txt': 'Matcha was here.',
};

test('the MLflow canary fails if an artifact has changed when it is read back', async () => {
  const tampered = cluster({ ...MLFLOW, 'GET canary.txt': 'Something else.' });
  await expect(run(mlflow, tampered)).rejects.toThrow(
    'The artifact read back: expected "Matcha was here.", found "Something else."',
  );
});

test('the MLflow canary fails with the status of the server if an artifact cannot be written', async () => {
  const readOnly = cluster({ ...MLFLOW, 'PUT canary.txt': 500 });
  await expect(run(mlflow, readOnly)).rejects.toThrow('Writing an artifact: status 500');
});

test('the MLflow canary deletes its run', async () => {
  const working = cluster(MLFLOW);
  await run(mlflow, working);
  expect(working.requests.at(-1)).toMatchObject({
    path: '/api/2.0/mlflow/runs/delete',
    body: { run_id: 'r1' },
  });
});

test('the MLflow canary only checks the health if MLflow requires credentials', async () => {
  const guarded = cluster({ 'GET get-by-name': 401, 'GET health': 'OK' });
  await run(mlflow, guarded);
  expect(guarded.requests.map(({ path }) => path.split('?')[0])).toEqual([
    '/api/2.0/mlflow/experiments/get-by-name',
    '/health',
  ]);
  await expect(run(mlflow, cluster({ 'GET get-by-name': 401, 'GET health': 503 }))).rejects.toThrow(
    'Checking its health: status 503',
  );
});

const CHROMA: Responses = { 'POST collections': { id: 'c1' }, 'POST query': { ids: [['north']] } };

test('the Chroma canary fails if the nearest vector is wrong', async () => {
  await expect(run(chroma, cluster(CHROMA))).rejects.toThrow(
    'The nearest vector: expected "east", found "north"',
  );
});

test('the Chroma canary fails if a response has no id', async () => {
  await expect(run(chroma, cluster({ 'POST collections': [] }))).rejects.toThrow(
    'Creating a collection: the response has no id',
  );
});

const ZENML: Responses = {
  'GET info': { active: true },
  'POST login': { access_token: 'token' },
  'GET current-user': { name: 'zenml-admin/username' },
};

test('the ZenML canary fails if another user is the administrator', async () => {
  const claimed = cluster({ ...ZENML, 'GET current-user': { name: 'mallory' } });
  await expect(run(zenml, claimed)).rejects.toThrow(
    'The current user: expected "zenml-admin/username", found "mallory"',
  );
});

test('the ZenML canary fails without the password in the error if the login fails', async () => {
  const echoing = cluster({ ...ZENML, 'POST login': 401 });
  const failure = await run(zenml, echoing).catch((error: unknown) => error);
  expect(String(failure)).toContain('Logging in: status 401');
  expect(String(failure)).not.toContain('zenml-admin/password');
});

test('the ZenML canary does not activate an active server', async () => {
  const active = cluster(ZENML);
  await run(zenml, active);
  expect(active.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
});

test('the ZenML canary first activates an inactive server with the generated administrator', async () => {
  const fresh = cluster({ ...ZENML, 'GET info': { active: false } });
  await run(zenml, fresh);
  expect(fresh.requests[1]).toMatchObject({
    path: '/api/v1/activate',
    body: { admin_username: 'zenml-admin/username', admin_password: 'zenml-admin/password' },
  });
});

test('the ZenML canary sends its token in a cookie, because the API server uses the Authorization header', async () => {
  const active = cluster(ZENML);
  await run(zenml, active);
  expect(active.requests.at(-1)?.headers).toEqual({ cookie: 'zenml-session=token' });
});

const SELDON: Record<string, Partial<KubernetesObject>> = {
  CustomResourceDefinition: { status: { conditions: [{ type: 'Established', status: 'True' }] } },
  ValidatingWebhookConfiguration: {},
  EndpointSlice: { endpoints: [{ addresses: ['10.244.0.9'], conditions: { ready: true } }] },
};

test('the Seldon canary passes when all objects of the operator exist', async () => {
  await expect(run(seldon, cluster({}, SELDON))).resolves.toBeUndefined();
});

test.each([
  [
    'CustomResourceDefinition',
    { status: { conditions: [{ type: 'Established', status: 'False' }] } },
    'The resource seldondeployments.machinelearning.seldon.io is not established.',
  ],
  [
    'EndpointSlice',
    { subsets: [{ notReadyAddresses: [{ ip: '10.244.0.9' }] }] },
    'seldon-webhook-service has no ready pod',
  ],
])('the Seldon canary fails if a %s is not ready', async (kind, object, message) => {
  await expect(run(seldon, cluster({}, { ...SELDON, [kind]: object }))).rejects.toThrow(message);
});

test('the Seldon canary fails if the webhook is not registered', async () => {
  const { CustomResourceDefinition, EndpointSlice } = SELDON;
  const unregistered = cluster({}, { CustomResourceDefinition, EndpointSlice } as typeof SELDON);
  await expect(run(seldon, unregistered)).rejects.toThrow('The operator has not registered its webhook.');
});

test('the Evidently canary deletes its project', async () => {
  const working = cluster({ 'POST projects': 'p1', 'GET info': { name: 'matcha-canary' } });
  await run(evidently, working);
  expect(working.requests.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/projects/p1' });
});

test.each([
  [{ 'POST projects': {} }, 'Creating a project: the response is not an id'],
  [{ 'POST projects': 'p1', 'GET info': 404 }, 'Reading the project: status 404'],
  [
    { 'POST projects': 'p1', 'GET info': { name: 'other' } },
    'The project read back: expected "matcha-canary", found "other"',
  ],
])('the Evidently canary fails with the responses %j', async (responses, message) => {
  await expect(run(evidently, cluster(responses))).rejects.toThrow(message);
});

const listener = (attachedRoutes: number, resolved: string) => ({
  name: 'https-443',
  attachedRoutes,
  conditions: [
    { type: 'Conflicted', status: 'False', message: 'No errors found' },
    { type: 'ResolvedRefs', status: resolved, message: 'Secret "gateway-tls" not found' },
  ],
});

test('the gateway canary passes if every listener has a certificate and a route', async () => {
  const working = cluster({}, { Gateway: { status: { listeners: [listener(1, 'True')] } } });
  await expect(run(gateway, working)).resolves.toBeUndefined();
});

test.each([
  [listener(0, 'True'), 'https-443: it has no route'],
  [listener(1, 'False'), 'https-443: Secret "gateway-tls" not found'],
])('the gateway canary fails with the listener %j', async (found, message) => {
  await expect(run(gateway, cluster({}, { Gateway: { status: { listeners: [found] } } }))).rejects.toThrow(
    message,
  );
});

test.each([
  [0, 0],
  [2, 2],
])('the device plugin canary passes on %i of %i GPU nodes', async (desired, ready) => {
  const status = { desiredNumberScheduled: desired, numberReady: ready };
  await expect(run(gpu, cluster({}, { DaemonSet: { status } }))).resolves.toBeUndefined();
});

test('the device plugin canary fails if a GPU node has no device plugin', async () => {
  const status = { desiredNumberScheduled: 2, numberReady: 1 };
  await expect(run(gpu, cluster({}, { DaemonSet: { status } }))).rejects.toThrow(
    'It runs on 1 of 2 GPU nodes.',
  );
});

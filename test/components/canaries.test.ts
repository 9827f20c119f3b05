import { expect, test } from 'vitest';
import type { CanaryCluster, CanaryRequest, Component } from '../../lib/components/component.ts';
import { chroma } from '../../lib/components/chroma.ts';
import { mlflow } from '../../lib/components/mlflow.ts';
import { seldon } from '../../lib/components/seldon.ts';
import { zenml } from '../../lib/components/zenml.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

/** Answers by `METHOD last-part-of-the-path`; a number is a status. */
type Answers = Record<string, unknown>;

const cluster = (answers: Answers, objects: Record<string, Partial<KubernetesObject>> = {}) => {
  const requests: CanaryRequest[] = [];
  const canaryCluster: CanaryCluster = {
    call: (_service, request) => {
      requests.push(request);
      const [path = ''] = request.path.split('?');
      const answer = answers[`${request.method} ${path.slice(path.lastIndexOf('/') + 1)}`];
      return Promise.resolve(
        typeof answer === 'number' ? { status: answer, body: {} } : { status: 200, body: answer },
      );
    },
    read: ({ kind, name }) =>
      Promise.resolve(objects[kind] && { apiVersion: 'v1', kind, metadata: { name }, ...objects[kind] }),
    secret: (name, key) => Promise.resolve(`${name}/${key}`),
  };
  return { canaryCluster, requests };
};

const run = (component: Component, { canaryCluster }: ReturnType<typeof cluster>) => {
  if (component.workload === undefined) throw new Error(`${component.name} has no canary`);
  return component.workload.canary(canaryCluster);
};

const MLFLOW: Answers = {
  'GET get-by-name': { experiment: { experiment_id: '7' } },
  'POST create': { run: { info: { run_id: 'r1' } } },
  'GET get': { run: { data: { metrics: [{ key: 'canary', value: 1 }] } } },
  'GET canary.txt': 'Matcha was here.',
};

test('an artifact that reads back differently fails MLflow', async () => {
  const tampered = cluster({ ...MLFLOW, 'GET canary.txt': 'Something else.' });
  await expect(run(mlflow, tampered)).rejects.toThrow(
    'The artifact read back: expected "Matcha was here.", found "Something else."',
  );
});

test('storage that refuses an artifact fails MLflow with the words of the server', async () => {
  const refusing = cluster({ ...MLFLOW, 'PUT canary.txt': 500 });
  await expect(run(mlflow, refusing)).rejects.toThrow('Writing an artifact: status 500');
});

test('MLflow forgets its canary run', async () => {
  const working = cluster(MLFLOW);
  await run(mlflow, working);
  expect(working.requests.at(-1)).toMatchObject({
    path: '/api/2.0/mlflow/runs/delete',
    body: { run_id: 'r1' },
  });
});

const CHROMA: Answers = { 'POST collections': { id: 'c1' }, 'POST query': { ids: [['north']] } };

test('the wrong nearest vector fails Chroma', async () => {
  await expect(run(chroma, cluster(CHROMA))).rejects.toThrow(
    'The nearest vector: expected "east", found "north"',
  );
});

test('an answer without an id fails Chroma', async () => {
  await expect(run(chroma, cluster({ 'POST collections': [] }))).rejects.toThrow(
    'Creating a collection: the answer has no id',
  );
});

const ZENML: Answers = {
  'GET info': { active: true },
  'POST login': { access_token: 'token' },
  'GET current-user': { name: 'zenml-admin/username' },
};

test('somebody else as administrator fails ZenML', async () => {
  const claimed = cluster({ ...ZENML, 'GET current-user': { name: 'mallory' } });
  await expect(run(zenml, claimed)).rejects.toThrow(
    'The current user: expected "zenml-admin/username", found "mallory"',
  );
});

test('a refused login fails ZenML without repeating the password', async () => {
  const echoing = cluster({ ...ZENML, 'POST login': 401 });
  const failure = await run(zenml, echoing).catch((error: unknown) => error);
  expect(String(failure)).toContain('Logging in: status 401');
  expect(String(failure)).not.toContain('zenml-admin/password');
});

test('an active ZenML server is not activated again', async () => {
  const active = cluster(ZENML);
  await run(zenml, active);
  expect(active.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
});

test('an inactive ZenML server gets the generated administrator before anything else', async () => {
  const fresh = cluster({ ...ZENML, 'GET info': { active: false } });
  await run(zenml, fresh);
  expect(fresh.requests[1]).toMatchObject({
    path: '/api/v1/activate',
    body: { admin_username: 'zenml-admin/username', admin_password: 'zenml-admin/password' },
  });
});

test('the token for ZenML is not sent where the API server would take it', async () => {
  const active = cluster(ZENML);
  await run(zenml, active);
  expect(active.requests.at(-1)?.headers).toEqual({ cookie: 'zenml-session=token' });
});

const SELDON: Record<string, Partial<KubernetesObject>> = {
  CustomResourceDefinition: { status: { conditions: [{ type: 'Established', status: 'True' }] } },
  ValidatingWebhookConfiguration: {},
  Endpoints: { subsets: [{ addresses: [{ ip: '10.244.0.9' }] }] },
};

test('Seldon passes once all that its operator makes is there', async () => {
  await expect(run(seldon, cluster({}, SELDON))).resolves.toBeUndefined();
});

test.each([
  [
    'CustomResourceDefinition',
    { status: { conditions: [{ type: 'Established', status: 'False' }] } },
    'The resource seldondeployments.machinelearning.seldon.io is not established.',
  ],
  ['Endpoints', { subsets: [{ notReadyAddresses: [{ ip: '10.244.0.9' }] }] }, 'No ready pod stands behind'],
])('a %s that is not ready fails Seldon', async (kind, object, message) => {
  await expect(run(seldon, cluster({}, { ...SELDON, [kind]: object }))).rejects.toThrow(message);
});

test('a webhook that is not registered fails Seldon', async () => {
  const { CustomResourceDefinition, Endpoints } = SELDON;
  const unregistered = cluster({}, { CustomResourceDefinition, Endpoints } as typeof SELDON);
  await expect(run(seldon, unregistered)).rejects.toThrow('The operator has not registered its webhook.');
});

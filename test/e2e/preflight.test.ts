import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { failureLines } from '../../cli/render/problem.ts';
import { plain } from '../../cli/render/text.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const DSV5 = 'standardDSv5Family';
const T4 = 'Standard NCASv3_T4 Family';
const small = { location: 'uksouth', components: ['mlflow'] };
let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

type Subscription = Parameters<TestPlane['azure']['changeSubscription']>[0];

/** Changes the subscription until the test ends. */
const during = (changes: Subscription) => onTestFinished(plane.azure.changeSubscription(changes));

/** The resource names in the plan of a stack. */
async function namesOf(name: string, request: object): Promise<string[]> {
  const { body } = await plane.api('POST', `/stacks/${name}/plan`, request);
  return (body as { resources: { name: string }[] }).resources.map((resource) => resource.name);
}

const made = (name: string) => plane.azure.inventory().filter((id) => id.includes(`/${name}-resources`));

/** The text of a failure in the command line. */
const shown = (operation: OperationView) => failureLines(operation, { width: 100, paint: plain }).join('\n');

test('the preflight reports all findings together, and nothing is created', async () => {
  during({
    state: 'Warned',
    unregistered: ['microsoft.containerservice', 'microsoft.compute'],
    restricted: { eastus: ['standard_d4s_v5'] },
    permissions: [{ actions: ['*/read', 'Microsoft.Storage/*'], notActions: [] }],
  });
  plane.azure.setQuota('eastus', T4, 0);
  const request = {
    ...small,
    location: 'eastus',
    components: ['mlflow', 'registry'],
    cluster: { kubernetesVersion: '1.29', gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 } },
  };
  for (const taken of (await namesOf('wall', { ...request, location: 'uksouth', cluster: {} })).filter(
    (name) => /^wall(st|acr)/.test(name),
  ))
    plane.azure.takeName(taken);
  const operation = await plane.provision('wall', request);
  expect(operation).toMatchObject({ state: 'Failed', problem: { code: 'PREFLIGHT_FAILED' } });
  const findings = operation.problem?.findings ?? [];
  expect(findings.map(({ code }) => code).sort()).toEqual([
    'AZURE_FORBIDDEN',
    'AZURE_FORBIDDEN',
    'KUBERNETES_VERSION_UNSUPPORTED',
    'NAME_TAKEN',
    'NAME_TAKEN',
    'PROVIDER_NOT_REGISTERED',
    'PROVIDER_NOT_REGISTERED',
    'QUOTA_EXCEEDED',
    'SIZE_UNAVAILABLE',
    'SUBSCRIPTION_DISABLED',
  ]);
  expect(made('wall')).toEqual([]);

  const text = shown(operation);
  expect(text).toMatch(/^✖ Preflight: 10 problems must be fixed first\. +PREFLIGHT_FAILED$/m);
  for (const { code, cause, remedies } of findings) {
    expect(text).toContain(code);
    expect(remedies, code).not.toEqual([]);
    expect(cause).toMatch(/./);
  }
  const joined = text.replaceAll(/\s+/g, ' ');
  expect(joined).toContain(
    `az role assignment create --assignee-object-id ${plane.azure.principalId} --assignee-principal-type ` +
      `ServicePrincipal --role "Contributor" --scope /subscriptions/${plane.azure.subscriptionId}`,
  );
  expect(joined).toContain('az provider register --namespace Microsoft.Compute');
  expect(joined).toContain('It may not Microsoft.Authorization/roleAssignments/write');
  expect(joined).toContain('has 0 vCPUs, 0 in use; one node needs 4');
});

test('a single finding is the problem of the operation, and the command prints its cause and remedies', async () => {
  plane.azure.setQuota('westus', DSV5, 2);
  const run = await matcha(plane.url)(
    ...['provision', 'alone', '--location', 'westus', '--components', 'mlflow', '--yes'],
  );
  expect(run).toMatchObject({ code: 1 });
  expect(run.stderr).toMatch(/not enough vCPU quota for 1 x Standard_D4s_v5 in westus +QUOTA_EXCEEDED/);
  expect(run.stderr).toContain('What    standardDSv5Family has 2 vCPUs, 0 in use; this stack needs 4 more.');
  expect(run.stderr).toMatch(/matcha provision alone --node-size Standard_D4as_v5$/m);
  expect(run.stderr).toMatch(/Choose Standard_D4as_v5: \d+ vCPUs are free\.$/m);
  expect(made('alone')).toEqual([]);
});

test('the quota usage of its own cluster does not block a stack', async () => {
  plane.azure.setQuota('westus2', DSV5, 4);
  plane.azure.setQuota('westus2', 'cores', 4);
  const request = { ...small, location: 'westus2', components: ['mlflow', 'registry'] };
  expect((await plane.provision('living', request)).problem).toBeUndefined();
  expect((await plane.provision('living', { ...request, tags: { team: 'ml' } })).problem).toBeUndefined();
  // For the next stack, the quotas of the family and of the region are used up.
  const next = await plane.provision('second', request);
  expect(next.problem).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    cause:
      'standardDSv5Family has 4 vCPUs, 4 in use; The region has 4 vCPUs, 4 in use; this stack needs 4 more.',
  });
});

test('the preflight of a partly created stack accepts its own names and cluster', async () => {
  const body = { error: { code: 'InvalidParameter', message: 'The value of parameter x is invalid.' } };
  const path = /managedClusters\/half-k8s$/;
  plane.faults.add({ target: 'arm', method: 'PUT', path, respond: { status: 400, body } });
  const request = { ...small, components: ['mlflow', 'registry'] };
  expect((await plane.provision('half', request)).problem?.code).toBe('INVALID_FOR_AZURE');
  expect((await plane.provision('half', request)).problem).toBeUndefined();
});

test('the effective permissions are those of all assignments without their exclusions', async () => {
  const owner = { actions: ['*'], notActions: [] };
  const contributor = { actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] };
  const undo = plane.azure.changeSubscription({ permissions: [contributor, owner] });
  expect((await plane.provision('owned', small)).problem).toBeUndefined();
  undo();
  during({ permissions: [contributor] });
  const operation = await plane.provision('lent', small);
  expect(operation.problem).toMatchObject({
    code: 'AZURE_FORBIDDEN',
    message: 'the control plane lacks the role Role Based Access Control Administrator',
  });
});

test.each([
  ['wait', { do: 'wait' }, undefined],
  ['a fallback that fits', { do: 'fallback', nodeSizes: ['Standard_D4as_v5'] }, undefined],
  ['no fallback that fits', { do: 'fallback', nodeSizes: ['Standard_D8s_v5'] }, 'PREFLIGHT_FAILED'],
  ['fail', { do: 'fail' }, 'QUOTA_EXCEEDED'],
])('the preflight result of a shortage with %s', async (_, onShortage, code) => {
  plane.azure.setQuota('northeurope', DSV5, 2);
  const request = { ...small, location: 'northeurope', cluster: { onShortage } };
  const operation = (await plane.api('PUT', `/stacks/short${String(shortages++)}`, request))
    .body as OperationView;
  await expect
    .poll(async () => {
      const { body } = await plane.api('GET', `/operations/${operation.id}`);
      const { state, problem } = (body as OperationView).steps.find(({ id }) => id === 'preflight') ?? {};
      return state === 'done' ? 'done' : problem?.code;
    })
    .toBe(code ?? 'done');
  await plane.api('POST', `/stacks/${operation.stack}/unlock`, { force: true });
});
let shortages = 1;

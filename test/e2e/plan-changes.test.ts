import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { PlanView } from '../../lib/api/plan.ts';
import { AKS_AUDIENCE } from '../../local/azure/index.ts';
import { arm } from '../helpers/azure.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
});
afterAll(() => plane.close());

const planOf = async (name: string, body: object): Promise<PlanView> =>
  (await plane.api('POST', `/stacks/${name}/plan`, body)).body as PlanView;
const put = (name: string, body: object) => plane.api('PUT', `/stacks/${name}`, body);
const resources = (name: string) =>
  plane.azure.inventory().filter((id) => id.includes(`/${name}-resources/`)).length;

const LOSS = 'Chroma 1.5.9 and all its data (disk 10 GiB)';

test.concurrent('an unchanged stack has no changes, and drift is a change', async () => {
  const request = { location: 'uksouth', components: ['mlflow'], tags: { team: 'ml' } };
  const created = await planOf('same', request);
  expect(created.changes?.resources.map(({ change }) => change)).not.toContain('changed');
  expect(created.changes).toMatchObject({ components: [{ name: 'mlflow', change: 'added' }], unchanged: 0 });
  await plane.provision('same', request);

  const { changes, phase, usual } = await planOf('same', request);
  expect(changes).toMatchObject({ components: [], resources: [], settings: [], isComplete: true });
  expect(changes?.unchanged).toBeGreaterThan(4);
  expect(phase).toBe('Ready');
  expect(usual).toBeLessThan(60);
  expect(await run('plan', 'same')).toMatchObject({ code: 0, stdout: 'No changes.\n' });
  const provisioned = await run('provision', 'same', '--location', 'uksouth', '--yes');
  expect(provisioned).toMatchObject({ code: 0, stdout: 'No changes. same is Ready as asked.\n' });

  // Drift of a resource, then of a component.
  const registry = `/resourceGroups/same-resources?api-version=2025-04-01`;
  await arm(plane.azure, 'PATCH', registry, { tags: { 'matcha-stack': 'same', team: 'other' } });
  expect((await planOf('same', request)).changes?.resources).toMatchObject([
    {
      kind: 'resource group',
      change: 'changed',
      properties: expect.arrayContaining([{ path: 'tags.team', before: 'other', after: 'ml' }]) as unknown,
    },
  ]);
  await plane.provision('same', request);
  await deleteDeployment('same', 'mlflow');
  expect((await planOf('same', request)).changes?.components).toMatchObject([
    { name: 'mlflow', change: 'changed', detail: 'Deployment mlflow is absent' },
  ]);
  expect(await put('same', request)).toMatchObject({ status: 202 });
});

async function deleteDeployment(stack: string, name: string): Promise<void> {
  const id = plane.azure.inventory().find((one) => one.endsWith(`/${stack}-k8s`)) ?? '';
  const token = await plane.azure.credential.getToken(`${AKS_AUDIENCE}/.default`);
  const { server } = plane.kubernetes.endpoint(id.toLowerCase());
  const path = `/apis/apps/v1/namespaces/${name}/deployments/${name}`;
  const headers = { authorization: `Bearer ${token?.token ?? ''}` };
  expect((await fetch(server + path, { method: 'DELETE', headers })).status).toBe(200);
}

test.concurrent('a component with data is removed only if the request allows it', async () => {
  await plane.provision('data', { location: 'uksouth', preset: 'llm' });
  const request = { location: 'uksouth', preset: 'default' };
  expect((await planOf('data', request)).changes?.components).toEqual([
    { change: 'removed', name: 'chroma', title: 'Chroma', before: '1.5.9', loses: LOSS },
  ]);
  expect(await put('data', request)).toMatchObject({
    status: 409,
    body: {
      code: 'REMOVAL_NOT_ALLOWED',
      title: expect.stringContaining(LOSS) as string,
      remedies: [{ action: 'provisionStack', arguments: { name: 'data', allowRemoval: true } }],
    },
  });
  const refused = await run('provision', 'data', '--location', 'uksouth', '--preset', 'default', '--yes');
  expect(refused.code).toBe(5);
  expect(refused.stderr).toMatch(/Changes to data: +Ready, default; 1 removed, \d+ unchanged; about/);
  expect(refused.stderr).toContain(`- Removes ${LOSS}`);
  expect(refused.stderr).toContain('--allow-removal');
  expect((await plane.stack('data')).preset).toBe('llm');

  const words = ['stack', 'remove', 'chroma', '--stack', 'data', '--yes'];
  const kept = await run(...words);
  expect(kept.code).toBe(5);
  expect(kept.stderr).toContain('matcha stack remove chroma --stack data --yes --allow-removal');
  expect((await run(...words, '--allow-removal')).code).toBe(0);
  expect((await plane.stack('data')).preset).toBe('default');
});

test.concurrent('changing a destroyed stack does not provision it again', async () => {
  await plane.provision('gone', { location: 'uksouth', components: ['mlflow'] });
  const { body } = await plane.api('DELETE', '/stacks/gone');
  await plane.ended((body as OperationView).id);
  const refused = await run('stack', 'add', 'evidently', '--stack', 'gone', '--yes');
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain('gone is destroyed.');
  expect(refused.stderr).toContain('matcha provision gone --location uksouth --components mlflow,evidently');
  const removed = await run('stack', 'remove', 'mlflow', '--stack', 'gone', '--yes');
  expect(removed.stderr).toMatch(/matcha provision gone --location uksouth +Create it again\./);
  expect(resources('gone')).toBe(0);
  // Its region is known.
  expect((await run('plan', 'gone')).stdout).toMatch(/Stack +gone, default, uksouth/);
});

test.concurrent('kept storage has a cost, and the next commands work', async () => {
  await plane.provision('keep', { location: 'uksouth', components: ['mlflow'] });
  const destroyed = await run('destroy', 'keep', '--keep-data', '--yes');
  expect(destroyed.stdout).toMatch(/keep is destroyed in/);
  const { costPerDay } = await plane.stack('keep');
  expect(costPerDay).toBeGreaterThan(0);
  expect(costPerDay).toBeLessThan(0.5);
  // The last column wraps, as far as the rows of the other stacks make it.
  expect((await run('list')).stdout).toMatch(
    /^keep .*Destroyed .*\$0\.\d\d +data kept, delete:\s+matcha\s+destroy\s+keep$/m,
  );
  const { stdout } = await run('status', 'keep');
  expect(stdout).toMatch(/Kept +storage account keepst\S+ in keep-resources with the container mlflow/);
  expect(stdout).toMatch(/Cost +about \$0\.\d\d a day/);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('`matcha provision keep` uses the data again');
  expect((await run('destroy', 'keep', '--yes')).code).toBe(0);
  expect((await plane.stack('keep')).costPerDay).toBeUndefined();
  const receipts = (await run('events', 'keep', '--receipt')).stdout;
  expect(receipts.match(/^Receipt /gm)).toHaveLength(2);
  expect(receipts).toMatch(/• storage account keepst\S+ +kept/);
  expect(receipts).toMatch(/✔ role assignment on AKS cluster keep-k8s/);
});

test.concurrent('a provision upgrades Kubernetes by one minor version', async () => {
  const request = (kubernetesVersion: string) => ({
    location: 'uksouth',
    components: ['mlflow'],
    cluster: { kubernetesVersion, minNodes: 2, gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 } },
  });
  await plane.provision('kube', request('1.34'));
  for (const [version, code] of [
    ['9.9', 'KUBERNETES_VERSION_SKIPPED'],
    ['1.36', 'KUBERNETES_VERSION_SKIPPED'],
    ['1.33', 'KUBERNETES_VERSION_UNSUPPORTED'],
  ] as const) {
    const refused = { status: 409, body: { code } };
    expect(await put('kube', request(version))).toMatchObject(refused);
    expect(await plane.api('POST', '/stacks/kube/plan', request(version))).toMatchObject(refused);
  }
  expect(await plane.stack('kube')).toMatchObject({ phase: 'Ready', generation: 1 });

  const { changes } = await planOf('kube', request('1.35'));
  expect(changes?.resources).toMatchObject(
    ['kube-k8s', 'sysd4sv5', 'gpunc4ast4v3'].map((name) => ({
      name,
      change: 'changed',
      properties: [{ path: 'kubernetesVersion', before: '1.34.7', after: '1.35' }],
    })),
  );
  expect((await plane.provision('kube', request('1.35'))).state).toBe('Succeeded');
  const cluster = await arm<{
    properties: {
      currentKubernetesVersion: string;
      agentPoolProfiles: { currentOrchestratorVersion: string; count: number }[];
    };
  }>(
    plane.azure,
    'GET',
    '/resourceGroups/kube-resources/providers/Microsoft.ContainerService/managedClusters/kube-k8s?api-version=2026-06-01',
  );
  expect(cluster.properties).toMatchObject({
    currentKubernetesVersion: '1.35.4',
    agentPoolProfiles: [
      { currentOrchestratorVersion: '1.35.4', count: 2 },
      { currentOrchestratorVersion: '1.35.4', count: 0 },
    ],
  });
});

test.concurrent('a plan rejects an unknown size, and shows GPU, networks and containers', async () => {
  const where = ['--location', 'uksouth'];
  const refused = await run('plan', 'size', ...where, '--node-size', 'Standard_D99s_v9');
  expect(refused).toMatchObject({ code: 5, stdout: '' });
  expect(refused.stderr).toContain('SIZE_UNAVAILABLE');
  const version = await run('plan', 'size', ...where, '--preset', 'llm', '--kubernetes-version', '9.9');
  expect(version.stderr).toMatch(
    /matcha provision size --location uksouth --preset llm --kubernetes-version 1\.\d+$/m,
  );
  const flags = ['--gpu', 'Standard_NC4as_T4_v3', '--gpu-spot', '--public', '0.0.0.0/0'];
  const { stdout } = await run('plan', 'size', ...where, ...flags);
  const text = stdout.replaceAll(/\s+/g, ' ');
  expect(text).toContain('GPU 0-1 x Standard_NC4as_T4_v3 spot');
  expect(text).toContain('public for 0.0.0.0/0');
  expect(text).toMatch(/containers [\w, ]*dvc/);
  expect(text).toContain('Warning: the whole internet may reach this stack.');
});

test.concurrent('a stack without resources costs nothing', async () => {
  plane.azure.setQuota('northeurope', 'standardDSv5Family', 0);
  const failed = await plane.provision('none', { location: 'northeurope', components: ['mlflow'] });
  expect(failed.problem?.code).toBe('QUOTA_EXCEEDED');
  expect((await plane.stack('none')).costPerDay).toBe(0);
  expect((await run('status', 'none')).stdout).toMatch(/Cost +\$0 \(nothing made\)/);
});

test.concurrent('a setting of the stack is a change, and a failed stack continues without one', async () => {
  const request = { location: 'uksouth', components: ['mlflow'] };
  const failure = { code: 'AllocationFailed', message: 'Allocation failed. No capacity.' };
  plane.azure.injectFault({ resource: /managedclusters\/setting-k8s$/, verb: 'create', failure });
  expect((await plane.provision('setting', request)).state).toBe('Failed');
  expect((await plane.provision('setting', request)).state).toBe('Succeeded');
  const safe = { ...request, lifetime: { protected: true } };
  expect((await planOf('setting', safe)).changes).toMatchObject({
    resources: [],
    settings: [{ path: 'lifetime.protected', before: false, after: true }],
  });
  await plane.provision('setting', safe);
  expect(await plane.api('DELETE', '/stacks/setting')).toMatchObject({ body: { code: 'STACK_PROTECTED' } });
});

test.concurrent(
  'removing a component removes its identity, and removing the registry loses its images',
  async () => {
    await plane.provision('less', { location: 'uksouth', components: ['registry', 'dvc', 'mlflow'] });
    const names = () =>
      plane.azure
        .inventory()
        .flatMap((id) => (/less-resources\/.*(less-mlflow|lessacr\w+)$/.exec(id) ? [id] : []));
    expect(names()).toHaveLength(2);
    const request = { location: 'uksouth', components: ['dvc'] };
    const { changes } = await planOf('less', request);
    expect(changes?.resources).toMatchObject([
      { kind: 'owner', change: 'changed', properties: [{ path: 'roles', before: 2, after: 1 }] },
      {
        kind: 'container registry',
        change: 'removed',
        loses: expect.stringMatching(/all its images/) as string,
      },
      { kind: 'identity', name: 'less-mlflow', change: 'removed' },
    ]);
    const answer = await plane.api('PUT', '/stacks/less?allowRemoval=true', request);
    expect((await plane.ended((answer.body as OperationView).id)).state).toBe('Succeeded');
    expect(names()).toEqual([]);
  },
);

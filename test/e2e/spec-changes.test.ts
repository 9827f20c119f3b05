import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackFields } from '../../lib/domain/spec.ts';
import type { Exchange } from '../../local/trace.ts';
import { arm } from '../helpers/azure.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
const exchanges: Exchange[] = [];

beforeAll(async () => {
  plane = await startPlane({ speed: 600, trace: (exchange) => void exchanges.push(exchange) });
});
afterAll(() => plane.close());

type Spec = StackFields & { components: string[] };
type Change = Partial<Omit<Spec, 'cluster'>> & {
  cluster?: { [K in keyof Spec['cluster']]?: Spec['cluster'][K] | undefined };
};

const SIZES = ['Standard_D4s_v5', 'Standard_D8s_v5', 'Standard_D99s_v9'];
const TOOLS = ['mlflow', 'chroma', 'evidently'];
const FOREIGN = { CostCenter: '4711' };

const network = fc.integer({ min: 0, max: 255 }).map((third) => `203.0.${third}.0/24`);
const tag = fc.oneof(
  fc.constantFrom('team', 'Team', 'env', 'constructor', 'managed-by', 'a/b'),
  fc.stringMatching(/^[a-z][a-z0-9. _-]{0,20}$/),
);
const gpu = fc.record({
  nodeSize: fc.constant('Standard_NC4as_T4_v3'),
  maxNodes: fc.integer({ min: 1, max: 3 }),
  spot: fc.boolean(),
});

/** A new value for one field of a spec. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ tags: fc.dictionary(tag, fc.string({ maxLength: 20 }), { maxKeys: 3 }) }),
  fc.record({ storage: fc.record({ sharedKeyAccess: fc.boolean() }) }),
  fc.record({
    access: fc.oneof(
      fc.constant({ kind: 'private' as const }),
      fc.record({
        kind: fc.constant('public' as const),
        allowFrom: fc.uniqueArray(network, { minLength: 1, maxLength: 2 }),
      }),
    ),
  }),
  fc.record({ lifetime: fc.record({ protected: fc.boolean() }) }),
  fc.record({ components: fc.subarray(['registry', 'dvc', ...TOOLS], { minLength: 1 }) }),
  fc.record({ location: fc.constantFrom('uksouth', 'northeurope') }),
  fc.record({ cluster: fc.record({ gpu: fc.option(gpu, { nil: undefined }) }) }),
  fc.record({ cluster: fc.record({ nodeSize: fc.constantFrom(...SIZES) }) }),
  fc.record({
    cluster: fc.record({
      minNodes: fc.integer({ min: 1, max: 3 }),
      maxNodes: fc.integer({ min: 2, max: 4 }),
    }),
  }),
  fc.record({
    cluster: fc.record({
      kubernetesVersion: fc.constantFrom('1.33', '1.34', '1.35', '1.35.4', '1.36', '9.9'),
    }),
  }),
  fc.record({
    cluster: fc.record({
      onShortage: fc.constantFrom({ do: 'fail' as const }, { do: 'wait' as const, upTo: 'P1D' }),
    }),
  }),
);

/** A real change of each field, one after the other; only the region is refused. */
const EVERY_FIELD: Change[] = [
  { tags: { team: 'ml' } },
  { storage: { sharedKeyAccess: true } },
  { access: { kind: 'public', allowFrom: ['203.0.1.0/24'] } },
  { lifetime: { protected: true } },
  { components: ['registry', 'dvc', 'mlflow', 'chroma'] },
  { cluster: { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2, spot: true } } },
  { cluster: { nodeSize: 'Standard_D8s_v5' } },
  { cluster: { minNodes: 2, maxNodes: 4 } },
  { cluster: { kubernetesVersion: '1.35' } },
  { cluster: { onShortage: { do: 'wait', upTo: 'P1D' } } },
  { location: 'northeurope' },
];

/** The changed spec without undefined members. */
const changed = (spec: Spec, change: Change): Spec =>
  JSON.parse(JSON.stringify({ ...spec, ...change, cluster: { ...spec.cluster, ...change.cluster } })) as Spec;

/** Without GPU nodes, those of the stack are removed. */
const requestOf = ({ cluster, ...spec }: Spec) => ({ ...spec, cluster: { gpu: null, ...cluster } });

/** The writes to the resources or the cluster of a stack. */
const writes = (stack: string, from: number): string[] =>
  exchanges
    .slice(from)
    .filter(({ method, url }) => method !== 'GET' && new RegExp(`/${stack}(-|st|acr)`).test(url))
    .filter(({ url }) => !/listClusterUserCredential|checkNameAvailability/i.test(url))
    .map(({ method, url }) => `${method} ${url}`);

interface Tagged {
  id: string;
  type: string;
  tags?: Record<string, string>;
}

interface Pool {
  name: string;
  vmSize: string;
  mode: string;
  minCount: number;
  maxCount: number;
  scaleSetPriority?: string;
  currentOrchestratorVersion: string;
}

const get = <T>(path: string, apiVersion: string) =>
  arm<T>(plane.azure, 'GET', `${path}?api-version=${apiVersion}`);

/** Checks that the simulated Azure and the cluster match the spec. */
async function expectApplied(stack: string, spec: Spec): Promise<void> {
  const group = `/resourceGroups/${stack}-resources`;
  const provider = `${group}/providers`;
  const cluster = await get<{
    id: string;
    properties: {
      currentKubernetesVersion: string;
      agentPoolProfiles: Pool[];
      ingressProfile?: { webAppRouting?: { enabled: boolean } };
    };
  }>(`${provider}/Microsoft.ContainerService/managedClusters/${stack}-k8s`, '2026-06-01');
  const { value: resources } = await get<{ value: Tagged[] }>(`${group}/resources`, '2025-04-01');
  const isOwn = ([name]: [string, string]) => !/^(matcha-|managed-by$)/.test(name);
  for (const resource of [await get<Tagged>(group, '2025-04-01'), ...resources]) {
    const tags = Object.fromEntries(Object.entries(resource.tags ?? {}).filter(isOwn));
    const foreign = /managedClusters|storageAccounts/.test(resource.type) ? FOREIGN : {};
    expect(tags, resource.id).toEqual({ ...spec.tags, ...foreign });
  }

  const { properties } = cluster;
  expect(properties.ingressProfile?.webAppRouting?.enabled ?? false).toBe(spec.access.kind === 'public');
  const { nodeSize, minNodes, maxNodes, gpu: gpuNodes, kubernetesVersion = '1' } = spec.cluster;
  const pools = properties.agentPoolProfiles;
  expect(pools).toHaveLength(gpuNodes === undefined ? 1 : 2);
  expect(pools.find(({ mode }) => mode === 'System')).toMatchObject({
    vmSize: nodeSize,
    minCount: minNodes,
    maxCount: maxNodes,
  });
  const gpuPool = pools.find(({ mode }) => mode === 'User');
  expect(gpuPool?.maxCount).toBe(gpuNodes?.maxNodes);
  expect(gpuPool?.scaleSetPriority === 'Spot').toBe(gpuNodes?.spot ?? false);
  const versions = [
    properties.currentKubernetesVersion,
    ...pools.map(({ currentOrchestratorVersion }) => currentOrchestratorVersion),
  ];
  for (const version of versions) expect(`${version}.`).toContain(`${kubernetesVersion}.`);

  const [account] = resources.filter(({ type }) => type.endsWith('/storageAccounts'));
  const { properties: storage } = await get<{ properties: { allowSharedKeyAccess: boolean } }>(
    account!.id.replace(/^\/subscriptions\/[^/]+/, ''),
    '2026-09-01',
  );
  expect(storage.allowSharedKeyAccess).toBe(spec.storage.sharedKeyAccess);

  const objects = plane.kubernetes.objects(cluster.id.toLowerCase());
  const namespaces = objects.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : []));
  for (const tool of TOOLS) expect(namespaces.includes(tool), tool).toBe(spec.components.includes(tool));
  // The gateway exists only with a public tool.
  const isOpen = spec.components.includes('mlflow');
  const networks = spec.access.kind === 'public' && isOpen ? spec.access.allowFrom : [];
  const known = [
    ...new Set(JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret')).match(/203\.0\.\d+\.0\/24/g)),
  ];
  expect(known.sort()).toEqual([...networks].sort());

  const record = await plane.stack(stack);
  expect(record).toMatchObject({ phase: 'Ready', generation: record.observedGeneration });
  expect(record.spec).toMatchObject({ lifetime: spec.lifetime, cluster: spec.cluster, tags: spec.tags });
}

test('a change of any field is applied or rejected, and a repeated request writes nothing', async () => {
  let count = 0;
  const statuses: number[][] = [];
  const life = fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: 4 }), async (changes) => {
    const stack = `spec${(count += 1)}`;
    let spec: Spec = {
      location: 'uksouth',
      components: ['registry', 'mlflow'],
      cluster: {
        nodeSize: 'Standard_D4s_v5',
        minNodes: 1,
        maxNodes: 3,
        kubernetesVersion: '1.34',
        onShortage: { do: 'fail' },
      },
      access: { kind: 'private' },
      storage: { sharedKeyAccess: false },
      lifetime: { protected: false },
      tags: {},
    };
    await plane.provision(stack, spec);
    for (const id of plane.azure.inventory().filter((id) => id.includes(`/${stack}-resources/`)))
      if (/(managedClusters|storageAccounts)\/[^/]+$/.test(id)) await tagByHand(id);

    const answered: number[] = [];
    statuses.push(answered);
    for (const one of changes) {
      const next = changed(spec, one);
      const before = await plane.stack(stack);
      const from = exchanges.length;
      const answer = await plane.api('PUT', `/stacks/${stack}?allowRemoval=true`, requestOf(next));
      answered.push(answer.status);
      if (answer.status >= 400) {
        expect(answer.body).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) as string });
        expect(writes(stack, from)).toEqual([]);
        expect((await plane.stack(stack)).spec).toEqual(before.spec);
        continue;
      }
      if (answer.status === 202) {
        const operation = await plane.ended((answer.body as OperationView).id);
        expect(operation).toMatchObject({ state: 'Succeeded' });
      }
      spec = next;
      await expectApplied(stack, spec);
      const after = exchanges.length;
      expect(await plane.api('PUT', `/stacks/${stack}`, requestOf(spec))).toMatchObject({
        status: 200,
        body: { phase: 'Ready', lastOperation: (await plane.stack(stack)).lastOperation },
      });
      expect(writes(stack, after)).toEqual([]);
    }
  });
  // The same changes in every run; another seed tries others.
  const seed = Number(process.env['MATCHA_SEED'] ?? 1);
  await fc.assert(life, { seed, numRuns: 4, examples: [[EVERY_FIELD]], endOnFailure: true });
  expect(statuses[0]).toEqual(EVERY_FIELD.map((one) => ('location' in one ? 409 : 202)));
});

/** Adds a foreign tag, which must be kept. */
async function tagByHand(id: string): Promise<void> {
  const path = id.replace(/^\/subscriptions\/[^/]+/, '');
  const apiVersion = path.includes('Storage') ? '2026-09-01' : '2026-06-01';
  const { tags } = await get<Tagged>(path, apiVersion);
  await arm(plane.azure, 'PATCH', `${path}?api-version=${apiVersion}`, { tags: { ...tags, ...FOREIGN } });
}

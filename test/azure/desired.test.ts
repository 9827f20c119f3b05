import type { StorageAccount } from '@azure/arm-storage';
import { expect, test } from 'vitest';
import {
  CONTROL_PLANE_DEFAULTS,
  creationBody,
  desiredControlPlane,
} from '../../lib/azure/desired/control-plane.ts';
import { changedBody, differencesOf } from '../../lib/azure/desired/normal-form.ts';
import {
  creationProfile,
  desiredPool,
  desiredPools,
  hasPools,
  leftoverPools,
  nodeSizeInUse,
  poolName,
  withinBounds,
} from '../../lib/azure/desired/pool.ts';
import { applyPatch } from '../../lib/domain/merge-patch.ts';
import { desiredGroup } from '../../lib/azure/desired/resource-group.ts';
import { ACCOUNT_DEFAULTS, desiredAccount } from '../../lib/azure/desired/storage.ts';

const place = { resourceGroup: 'demo-resources', location: 'uksouth', tags: { team: 'ml', old: null } };
const account = { ...place, account: 'demost', containers: [], sharedKeyAccess: false };
const size = { nodeSize: 'Standard_D4s_v5', minNodes: 1, maxNodes: 3 };

test('pool names are unique, contain the role and the size, and have at most 12 characters', () => {
  const names = [
    poolName({ role: 'system', nodeSize: 'Standard_D4s_v5', spot: false }),
    poolName({ role: 'gpu', nodeSize: 'Standard_NC4as_T4_v3', spot: false }),
    poolName({ role: 'gpu', nodeSize: 'Standard_NC4as_T4_v3', spot: true }),
    poolName({ role: 'system', nodeSize: 'Standard_NC24ads_A100_v4', spot: false }),
    poolName({ role: 'system', nodeSize: 'Standard_NC48ads_A100_v4', spot: false }),
  ];
  expect(names[0]).toBe('sysd4sv5');
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]{0,11}$/);
  expect(new Set(names).size).toBe(names.length);
});

test('the GPU pool starts with no nodes and has a taint for other pods', () => {
  const gpu = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2, spot: true };
  const [system, spot] = desiredPools({ ...size, gpu }).map(creationProfile);
  expect(system).toMatchObject({ mode: 'System', count: 1, minCount: 1, maxCount: 3 });
  expect(spot).toMatchObject({
    mode: 'User',
    count: 0,
    maxCount: 2,
    nodeTaints: ['sku=gpu:NoSchedule'],
    scaleSetPriority: 'Spot',
  });
});

test('only unneeded pools with the label of Matcha are leftovers', () => {
  const [pool] = desiredPools(size);
  const found = [
    { name: 'theirs' },
    { name: 'sysd8sv5', nodeLabels: { 'matcha.dev/pool': 'system' } },
    { name: 'sysd4sv5', nodeLabels: { 'matcha.dev/pool': 'system' } },
  ];
  expect(leftoverPools(found, [pool!]).map(({ name }) => name)).toEqual(['sysd8sv5']);
  expect(hasPools(found, [pool!])).toBe(false);
  expect(hasPools([found[0]!, found[2]!], [pool!])).toBe(true);
  expect(nodeSizeInUse(found, ['Standard_D2s_v5', 'Standard_D8s_v5'])).toBe(1);
  expect(nodeSizeInUse([], ['Standard_D2s_v5', 'Standard_D8s_v5'])).toBe(0);
});

test.each([
  [{ count: 5, minCount: 1, maxCount: 3 }, 3],
  [{ count: 0, minCount: 2, maxCount: 3 }, 2],
  [{ count: 2 }, 2],
])('the node count of %j is limited to its bounds', (pool, count) => {
  expect(withinBounds(pool).count).toBe(count);
});

test('differences in case are no changes', () => {
  const found: { location: string; tags: Record<string, string>; mode: string } = {
    location: 'UKSouth',
    tags: { Team: 'ml' },
    mode: 'System',
  };
  expect(differencesOf(found, { location: 'uksouth', tags: { team: 'ml' }, mode: 'System' })).toEqual([]);
});

test('an account without the property allowSharedKeyAccess allows shared keys', () => {
  const { allowSharedKeyAccess: _, ...stated } = desiredAccount(account);
  const found: StorageAccount = { location: 'uksouth', ...applyPatch({}, stated) };
  expect(differencesOf(found, desiredAccount(account), ACCOUNT_DEFAULTS)).toEqual([
    { path: 'allowSharedKeyAccess', before: true, after: false },
  ]);
});

test('an update keeps foreign tags, sets the requested tags, and removes tags of an earlier spec', () => {
  const found = { location: 'uksouth', tags: { old: 'x', CostCenter: '4711', 'matcha-kept': '2026-11-01' } };
  const desired = desiredGroup({ ...place, stack: 'demo' });
  expect(differencesOf(found, desired).map(({ path }) => path)).toEqual([
    'tags.team',
    'tags.old',
    'tags.matcha-kept',
  ]);
  expect(changedBody(found, desired).tags).toEqual({ CostCenter: '4711', team: 'ml' });
});

test('a private cluster needs no ingress profile, and a public one has the Gateway API', () => {
  const wanted = (kind: 'private' | 'public') =>
    desiredControlPlane({
      ...place,
      tags: {},
      access: kind === 'private' ? { kind } : { kind, allowFrom: ['203.0.113.0/24'] },
    });
  const { ingressProfile: _, ...found } = wanted('private');
  expect(differencesOf(found, wanted('private'), CONTROL_PLANE_DEFAULTS)).toEqual([]);
  expect(differencesOf(found, wanted('public'), CONTROL_PLANE_DEFAULTS).map(({ path }) => path)).toContain(
    'ingressProfile.webAppRouting.enabled',
  );
});

test('a creation body has the pools, and a version only if the spec has one', () => {
  const body = creationBody({ cluster: 'demo-k8s' }, desiredPools(size), undefined);
  expect(body).not.toHaveProperty('kubernetesVersion');
  expect(body.agentPoolProfiles).toHaveLength(1);
  expect(desiredPool(desiredPools(size)[0]!)).not.toHaveProperty('vmSize');
});

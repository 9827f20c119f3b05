import { expect, test } from 'vitest';
import { presenceOf } from '../../lib/kubernetes/presence.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

const object = (kind: string, name: string, namespace?: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

const APPLIED = [
  object('ClusterRole', 'manager'),
  object('Namespace', 'mlflow'),
  object('ConfigMap', 'settings', 'mlflow'),
  object('ConfigMap', 'settings', 'default'),
];
const MADE = [object('Service', 'webhook', 'mlflow')];

/** Which objects are looked for in a cluster that has those of these names, and what is found. */
async function lookFor(existing: readonly string[]) {
  const asked: string[] = [];
  const read = (wanted: KubernetesObject) => {
    const { kind, metadata } = wanted;
    asked.push(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    return Promise.resolve(existing.includes(metadata.name) ? wanted : undefined);
  };
  return { presence: await presenceOf(read, APPLIED, MADE), asked };
}

test('what an absent namespace would hold is absent, and is not asked for', async () => {
  const { presence, asked } = await lookFor(['manager', 'settings', 'webhook']);
  expect(asked).toEqual(['Namespace /mlflow', 'ClusterRole /manager', 'ConfigMap default/settings']);
  expect(presence).toMatchObject({
    absent: [object('Namespace', 'mlflow'), object('ConfigMap', 'settings', 'mlflow')],
    notMade: MADE,
    loss: 'Namespace mlflow is absent',
  });
});

test('every object of a namespace that exists is asked for', async () => {
  const { presence, asked } = await lookFor(['manager', 'mlflow', 'webhook']);
  expect(asked).toHaveLength(5);
  expect(presence).toMatchObject({
    absent: [object('ConfigMap', 'settings', 'mlflow'), object('ConfigMap', 'settings', 'default')],
    notMade: [],
  });
});

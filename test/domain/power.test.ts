import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { secondsOf } from '../../lib/domain/duration.ts';
import { canHibernate, canWake, planHibernate, planWake } from '../../lib/domain/power.ts';
import type { Phase } from '../../lib/domain/status.ts';
import { PHASES } from '../../lib/domain/status.ts';
import { planOf, specOf } from '../helpers/specs.ts';

const { components: catalogue } = defaultCatalogue;

test.each([
  ['PT90S', 90],
  ['PT25M', 1500],
  ['PT12H', 43_200],
  ['P3D', 259_200],
  ['P1DT1H', 90_000],
  ['P2W', 1_209_600],
  ['PT0.5S', 0.5],
])('%s lasts %d seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test('an invalid duration is rejected', () => {
  expect(() => secondsOf('3 days')).toThrow(RangeError);
});

const phasesIn = (can: (phase: Phase) => boolean) => PHASES.filter(can);

test('only a Ready or Degraded stack, or one whose hibernation failed, can be hibernated', () => {
  expect(phasesIn((phase) => canHibernate({ phase, lastKind: 'provision' }))).toEqual(['Ready', 'Degraded']);
  expect(canHibernate({ phase: 'Failed', lastKind: 'hibernate' })).toBe(true);
});

test('only a Hibernated stack, or one whose wake failed, can be woken', () => {
  expect(phasesIn((phase) => canWake({ phase, lastKind: 'provision' }))).toEqual(['Hibernated']);
  expect(canWake({ phase: 'Failed', lastKind: 'wake' })).toBe(true);
});

test('hibernating only stops the cluster', () => {
  expect(planHibernate('demo', 'x1y2z').steps).toMatchObject([
    { activity: 'stopCluster', input: { resourceGroup: 'demo-resources', cluster: 'demo-k8s' } },
  ]);
});

test('waking starts the cluster, then runs the component steps of a provision', () => {
  const { steps } = planWake(specOf('llm'), 'x1y2z', catalogue);
  const installs = (all: typeof steps) =>
    all.filter(({ activity }) => ['installComponent', 'checkComponent'].includes(activity));
  expect(steps[0]).toMatchObject({ id: 'cluster', activity: 'startCluster', after: [] });
  expect(steps).toHaveLength(1 + installs(steps).length);
  expect(installs(steps).map(({ id, input }) => ({ id, input }))).toEqual(
    installs(planOf('llm').steps).map(({ id, input }) => ({ id, input })),
  );
  expect(steps.find(({ id }) => id === 'mlflow')?.after).toEqual(['cluster']);
  expect(steps.find(({ id }) => id === 'mlflow-canary')?.after).toEqual(['mlflow']);
});

test('the limit of the cluster step includes the wait for quota, or one creation for each fallback size', () => {
  const limit = (onShortage: object) =>
    planOf('default', { cluster: { onShortage } }).steps.find(({ id }) => id === 'cluster')?.limit ?? 0;
  const usual = limit({ do: 'fail' });
  expect(limit({ do: 'wait', upTo: 'P3D' })).toBe(usual + 3 * 86_400);
  expect(limit({ do: 'fallback', nodeSizes: ['Standard_D4as_v5', 'Standard_D4s_v6'] })).toBe(3 * usual);
});

import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { PHASES } from '../../lib/domain/status.ts';
import { canUpgrade, planUpgrade } from '../../lib/domain/upgrade.ts';
import { planOf, specOf } from '../helpers/specs.ts';

const { components: catalogue } = defaultCatalogue;

const spec = specOf('llm');
const pinned = Object.fromEntries(
  catalogue
    .filter(({ name, workload }) => workload && spec.components.includes(name))
    .map(({ name, version }) => [name, version]),
);
const pin = (component: string): string => pinned[component] ?? '';
const plan = (versions: Record<string, string>) => planUpgrade(spec, 'x1y2z', catalogue, versions);

test('only a Ready or Degraded stack can be upgraded', () => {
  expect(PHASES.filter(canUpgrade)).toEqual(['Ready', 'Degraded']);
});

test('the plan is empty if all versions are those of the catalogue', () => {
  expect(plan(pinned).steps).toEqual([]);
});

test('a component with another version is upgraded, then its canary runs', () => {
  const { kind, steps } = plan({ ...pinned, mlflow: '3.16.0' });
  expect(kind).toBe('upgrade');
  expect(steps).toMatchObject([
    {
      id: 'upgrade-mlflow',
      title: `MLflow 3.16.0 -> ${pin('mlflow')}`,
      activity: 'upgradeComponent',
      after: [],
      onFailure: 'degrade',
      input: { component: 'mlflow', version: pin('mlflow') },
    },
    { id: 'mlflow-canary', activity: 'checkComponent', after: ['upgrade-mlflow'], onFailure: 'degrade' },
  ]);
});

test('an upgrade has the same inputs as a provision', () => {
  const inputOf = (steps: ReturnType<typeof plan>['steps'], id: string) =>
    steps.find((step) => step.id === id)?.input;
  const { steps } = plan({ ...pinned, zenml: '0.96.0' });
  expect(inputOf(steps, 'upgrade-zenml')).toEqual(inputOf(planOf('llm').steps, 'zenml'));
});

test('components are upgraded sequentially, each after the canary of the one before', () => {
  const steps = plan({}).steps.filter(({ activity }) => activity !== 'ensureImage');
  const moved = steps.filter(({ activity }) => activity === 'upgradeComponent').map(({ id }) => id);
  expect(moved).toEqual(Object.keys(pinned).map((name) => `upgrade-${name}`));
  for (const [index, step] of steps.entries()) {
    expect(step.after).toEqual(
      steps
        .slice(index - 1, index)
        .map(({ id }) => id)
        .slice(0, index),
    );
  }
});

test('the tools of a public stack are upgraded before the gateway', () => {
  const open = specOf('default', { access: { kind: 'public', allowFrom: ['203.0.113.0/24'] } });
  const ids = planUpgrade(open, 'x1y2z', catalogue, {}).steps.map(({ id }) => id);
  expect(ids).toContain('upgrade-gateway');
  expect(ids.indexOf('upgrade-zenml')).toBeLessThan(ids.indexOf('upgrade-gateway'));
});

test('the limit includes the time for a rollback', () => {
  const install = planOf('llm').steps.find(({ id }) => id === 'mlflow')?.limit ?? 0;
  expect(plan({ ...pinned, mlflow: '3.16.0' }).steps[0]?.limit).toBe(2 * install);
});

test('the image of a component is built when the component is upgraded, and nothing waits for it', () => {
  const { steps } = plan({ ...pinned, zenml: '0.96.0' });
  const image = steps.find(({ activity }) => activity === 'ensureImage');
  expect(image).toMatchObject({ after: [], onFailure: 'report' });
  expect(steps.flatMap(({ after }) => after)).not.toContain(image?.id);
  expect(plan({ ...pinned, mlflow: '3.16.0' }).steps.map(({ activity }) => activity)).not.toContain(
    'ensureImage',
  );
});

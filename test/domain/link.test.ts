import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import type { RegistrationInput } from '../../lib/domain/plan.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { planOf, specOf } from '../helpers/specs.ts';

const { components: catalogue } = defaultCatalogue;

const linkOf = ({ steps }: ReturnType<typeof planOf>) =>
  steps.find(({ activity }) => activity === 'registerStack');

const planned = (components: string[], request: object = {}) =>
  planProvision({ ...specOf('default', request), components }, 1, 'x1y2z', catalogue);

const typesOf = (components: string[]) =>
  (linkOf(planned(components))?.input as RegistrationInput).registrations.map(({ type }) => type);

test('the stack is registered after the ZenML canary, independently of other tools', () => {
  expect(linkOf(planOf('llm'))).toMatchObject({
    id: 'zenml-registration',
    after: ['zenml-canary'],
    onFailure: 'degrade',
  });
});

test('a stack without ZenML has no registration', () => {
  expect(linkOf(planned(['registry', 'mlflow', 'seldon']))).toBeUndefined();
});

test('each component adds its registrations', () => {
  const base = ['container_registry', 'orchestrator', 'artifact_store', 'image_builder'];
  expect(typesOf(['registry', 'zenml'])).toEqual(base);
  expect(typesOf(['registry', 'zenml', 'mlflow', 'dvc', 'chroma'])).toEqual([...base, 'experiment_tracker']);
  expect(typesOf(['registry', 'zenml', 'seldon'])).toEqual([...base, 'model_deployer']);
});

test('the plan has references to credentials but no values', () => {
  const { registrations } = linkOf(planned(['registry', 'zenml', 'mlflow'], { access: { kind: 'public', allowFrom: ['203.0.113.0/24'] } }))
    ?.input as RegistrationInput; // prettier-ignore
  expect(registrations.find(({ type }) => type === 'experiment_tracker')).toMatchObject({
    configuration: { tracking_password: '{{matcha-demo-experiment-tracker.password}}' },
    secret: { password: { secret: { namespace: 'mlflow', name: 'mlflow-auth', key: 'password' } } },
  });
});

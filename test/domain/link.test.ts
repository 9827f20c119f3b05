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
  const base = ['container_registry', 'orchestrator', 'orchestrator', 'artifact_store', 'image_builder'];
  const tracker = ['experiment_tracker', 'experiment_tracker'];
  expect(typesOf(['registry', 'zenml'])).toEqual(base);
  expect(typesOf(['registry', 'zenml', 'mlflow', 'dvc', 'chroma'])).toEqual([...base, ...tracker]);
  expect(typesOf(['registry', 'zenml', 'seldon'])).toEqual([...base, 'model_deployer']);
});

test('pods of pipelines find every tool of the stack', () => {
  const { registrations } = linkOf(planned(['registry', 'zenml', 'mlflow', 'chroma', 'evidently']))
    ?.input as RegistrationInput;
  const env = Object.entries({
    ZENML_STORE_URL: 'http://zenml.zenml.svc.cluster.local',
    MLFLOW_TRACKING_URI: 'http://mlflow.mlflow.svc.cluster.local:5000',
    CHROMA_HOST: 'chroma.chroma.svc.cluster.local',
    CHROMA_PORT: '8000',
    EVIDENTLY_URL: 'http://evidently.evidently.svc.cluster.local:8000',
  }).map(([name, value]) => ({ name, value }));
  const found = registrations.find(({ flavor }) => flavor === 'kubernetes')?.configuration;
  expect(found).toMatchObject({
    pod_settings: { env: expect.arrayContaining(env) as unknown },
    orchestrator_pod_settings: { env: expect.arrayContaining(env) as unknown },
  });
});

test('only the orchestrator of a pipeline gets a token for Kubernetes', () => {
  const { registrations } = linkOf(planned(['registry', 'zenml']))?.input as RegistrationInput;
  const { configuration } = registrations.find(({ flavor }) => flavor === 'kubernetes') ?? {};
  expect(configuration).toMatchObject({
    incluster: true,
    pass_zenml_token_as_secret: true,
    orchestrator_pod_settings: { additional_pod_spec_args: { automount_service_account_token: true } },
  });
  expect(configuration?.['pod_settings']).not.toHaveProperty('additional_pod_spec_args');
});

test('the tracker of each place has an address that works there', () => {
  const { registrations } = linkOf(planned(['registry', 'zenml', 'mlflow']))?.input as RegistrationInput;
  const trackers = registrations.filter(({ type }) => type === 'experiment_tracker');
  expect(trackers.map(({ place, configuration }) => [place, configuration['tracking_uri']])).toEqual([
    ['cluster', 'http://mlflow.mlflow.svc.cluster.local:5000'],
    ['local', 'http://localhost:5237'],
  ]);
});

test('an identity may read only containers that the stack has', () => {
  const grants = (components: string[]) =>
    planned(components).steps.find((step) => step.activity === 'ensureStorageRoles')?.input;
  expect(grants(['registry', 'zenml'])).toMatchObject({
    grants: [{ identity: 'demo-zenml', container: 'zenml' }],
  });
});

test('the plan has references to credentials but no values', () => {
  const { registrations } = linkOf(planned(['registry', 'zenml', 'mlflow'], { access: { kind: 'public', allowFrom: ['203.0.113.0/24'] } }))
    ?.input as RegistrationInput; // prettier-ignore
  expect(registrations.find(({ type }) => type === 'experiment_tracker')).toMatchObject({
    configuration: { tracking_password: '{{matcha-demo-experiment-tracker.password}}' },
    secret: { password: { secret: { namespace: 'mlflow', name: 'mlflow-auth', key: 'password' } } },
  });
});

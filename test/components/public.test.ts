import { expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import type { Component } from '../../lib/components/component.ts';
import { gateway } from '../../lib/components/gateway.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { secretValues } from '../../lib/components/secrets.ts';
import { zenml } from '../../lib/components/zenml/index.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { planOf, specOf } from '../helpers/specs.ts';
import { manifestContext, objectsOf, outputContext, PUBLIC, withField, type Access } from './contexts.ts';

const { components: catalogue, outputsOf } = defaultCatalogue;

const HOST = 'demo-abc123.uksouth.cloudapp.azure.com';
const access = { kind: 'public', allowFrom: PUBLIC.allowFrom };

const find = (component: Component, kind: string, where: Access = 'public') =>
  objectsOf(component, undefined, where).find((object) => object.kind === kind);

const variables = (component: Component, where: Access) =>
  Object.fromEntries(
    (withField(find(component, 'Deployment', where), 'env')[0]?.['env'] as { name: string }[]).map(
      ({ name, ...source }) => [name, at(source, 'value') ?? source],
    ),
  );

test('the gateway has an Azure DNS name, allows only the given networks, and supports only TLS', () => {
  const { spec } = find(gateway, 'Gateway') as unknown as { spec: object };
  expect(spec).toMatchObject({
    gatewayClassName: 'approuting-istio',
    infrastructure: {
      annotations: {
        'service.beta.kubernetes.io/azure-dns-label-name': 'demo-abc123',
        'service.beta.kubernetes.io/azure-allowed-ip-ranges': '203.0.113.0/24,198.51.100.7/32',
      },
    },
    listeners: [443, 8443].map((port) => ({
      port,
      hostname: HOST,
      protocol: 'HTTPS',
      tls: { mode: 'Terminate', certificateRefs: [{ name: 'gateway-tls' }] },
    })),
  });
});

test('a public stack without public tools has no Gateway, because it would have no listener', () => {
  const objects = gateway.workload?.manifests({ ...manifestContext(), public: { ...PUBLIC, ports: [] } });
  expect(objects?.map(({ kind }) => kind)).not.toContain('Gateway');
});

test('MLflow requires credentials only if access is public', () => {
  const args = (where: Access) => withField(find(mlflow, 'Deployment', where), 'args')[0]?.['args'];
  expect(args('public')).toContain('--app-name=basic-auth');
  expect(args('private')).not.toContain('--app-name=basic-auth');
  expect(variables(mlflow, 'public')).toMatchObject({
    MLFLOW_AUTH_CONFIG_PATH: '/auth/basic_auth.ini',
    MLFLOW_FLASK_SERVER_SECRET_KEY: {
      valueFrom: { secretKeyRef: { name: 'mlflow-auth', key: 'flask-secret-key' } },
    },
  });
  expect(withField(find(mlflow, 'Deployment'), 'mountPath')).toContainEqual({
    name: 'auth',
    mountPath: '/auth/basic_auth.ini',
    subPath: 'basic_auth.ini',
    readOnly: true,
  });
});

test('MLflow is configured with the password of its Secret and keeps its users on the disk', () => {
  const secret = mlflow.workload?.secrets.find(({ name }) => name === 'mlflow-auth');
  const values = secretValues(secret!, (length) => 'r'.repeat(length));
  expect(values['basic_auth.ini']?.split('\n')).toEqual(
    expect.arrayContaining([
      'admin_username = admin',
      `admin_password = ${'r'.repeat(24)}`,
      'database_uri = sqlite:////mlflow/basic_auth.db',
    ]),
  );
});

test('tools accept their public and their local address', () => {
  const own = `https://${HOST}:8443`;
  expect(variables(mlflow, 'public')['MLFLOW_SERVER_ALLOWED_HOSTS']).toMatch(
    new RegExp(`,${HOST.replaceAll('.', '\\.')}:8443$`),
  );
  expect(variables(mlflow, 'public')['MLFLOW_SERVER_CORS_ALLOWED_ORIGINS']).toBe(
    `http://localhost:5237,${own}`,
  );
  expect(variables(zenml, 'public')).toMatchObject({
    ZENML_SERVER_DASHBOARD_URL: `https://${HOST}`,
    ZENML_SERVER_CORS_ALLOW_ORIGINS: `http://localhost:8237,https://${HOST}`,
  });
  expect(variables(zenml, 'private')['ZENML_SERVER_DASHBOARD_URL']).toBe('http://localhost:8237');
});

test('outputs of public tools have public addresses if access is public', () => {
  const context = outputContext('public');
  const components = catalogue.filter(({ when }) => when === undefined).map(({ name }) => name);
  const outputs = outputsOf({ ...context, spec: { ...context.spec, components } });
  expect(outputs['experiment-tracker']).toMatchObject({
    'tracking-url': `https://${HOST}:8443`,
    'tracking-password': { secret: { namespace: 'mlflow', name: 'mlflow-auth', key: 'password' } },
  });
  expect(outputs['pipeline']?.['server-url']).toBe(`https://${HOST}`);
  expect(outputs['vector-database']?.['url']).toBe('http://localhost:8238');
  expect(outputs['model-monitoring']?.['url']).toBe('http://localhost:8240');
  expect(outputs['gateway']?.['host']).toBe(HOST);
});

test('the gateway step runs after the canaries of ZenML and MLflow, so that both require credentials first', () => {
  const { steps } = planOf('llm', { access });
  const step = steps.find(({ id }) => id === 'gateway');
  expect(step?.after).toEqual(expect.arrayContaining(['zenml-canary', 'mlflow-canary']));
  expect(step?.input).toMatchObject({
    public: {
      host: 'demo-x1y2z.uksouth.cloudapp.azure.com',
      allowFrom: PUBLIC.allowFrom,
      ports: [443, 8443],
    },
  });
});

test('the gateway is removed before tools stop requiring credentials', () => {
  const installed = ['zenml', 'mlflow', 'seldon', 'gateway'];
  const { steps } = planProvision(specOf('default'), 2, 'x1y2z', catalogue, { installed });
  expect(steps.find(({ id }) => id === 'remove-gateway')?.activity).toBe('removeComponent');
  expect(steps.find(({ id }) => id === 'mlflow')?.after).toContain('remove-gateway');
});

test('the gateway has ports only for tools in the stack', () => {
  const spec = { ...specOf('default', { access }), components: ['mlflow', 'chroma'] };
  const { steps } = planProvision(spec, 1, 'x1y2z', catalogue);
  expect(steps.find(({ id }) => id === 'gateway')?.input).toMatchObject({ public: { ports: [8443] } });
});

test('the plan includes the gateway and the device plugin only if the spec requires them', () => {
  const ids = (request: object) => planOf('default', request).steps.map(({ id }) => id);
  const gpu = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 };
  expect(ids({}).filter((id) => /^(gpu|gateway)/.test(id))).toEqual([]);
  expect(ids({ access, cluster: { gpu } })).toEqual(
    expect.arrayContaining(['gpu', 'gpu-canary', 'gateway', 'gateway-canary']),
  );
});

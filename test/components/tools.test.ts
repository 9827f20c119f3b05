import { expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import { chroma } from '../../lib/components/chroma/index.ts';
import type { Component } from '../../lib/components/component.ts';
import { dvc } from '../../lib/components/dvc.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { PIPELINE_IMAGE } from '../../lib/components/pipeline-image.ts';
import { registry } from '../../lib/components/registry.ts';
import { seldon } from '../../lib/components/seldon/index.ts';
import type { MODEL_SERVERS } from '../../lib/components/seldon/model-servers.ts';
import { zenml } from '../../lib/components/zenml/index.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import { CLIENT_ID, manifestContext, objectsOf, outputContext } from './contexts.ts';

const find = (component: Component, kind: string, name: string): KubernetesObject => {
  const found = objectsOf(component, CLIENT_ID).find(
    (object) => object.kind === kind && object.metadata.name === name,
  );
  if (found === undefined) throw new Error(`${component.name} has no ${kind} ${name}`);
  return found;
};

const container = (object: KubernetesObject) => at(object, 'spec', 'template', 'spec', 'containers', 0);

const environment = (object: KubernetesObject) =>
  Object.fromEntries(
    (at(container(object), 'env') as { name: string }[]).map(({ name, ...source }) => [name, source]),
  );

test('MLflow accesses its container with workload identity and has no account key', () => {
  const server = find(mlflow, 'Deployment', 'mlflow');
  const variables = environment(server);
  expect(Object.keys(variables).filter((name) => name.startsWith('AZURE_STORAGE'))).toEqual([]);
  expect(variables['MLFLOW_ARTIFACTS_DESTINATION']).toEqual({
    value: 'wasbs://mlflow@demostabc123.blob.core.windows.net',
  });
  expect(at(server, 'spec', 'template', 'metadata', 'labels', 'azure.workload.identity/use')).toBe('true');
  expect(mlflow.azure?.identity?.grants).toEqual([
    { container: 'mlflow', role: 'Storage Blob Data Contributor' },
  ]);
});

test.each([
  'localhost:5237',
  '127.0.0.1:6443',
  '10.244.1.7:5000',
  'mlflow.mlflow.svc.cluster.local:5000',
  'demo-dns-1234.hcp.uksouth.azmk8s.io',
])('MLflow accepts the host %s', (host) => {
  const { value } = environment(find(mlflow, 'Deployment', 'mlflow'))['MLFLOW_SERVER_ALLOWED_HOSTS'] as {
    value: string;
  };
  const patterns = value
    .split(',')
    .map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
  expect(patterns.some((pattern) => pattern.test(host))).toBe(true);
  for (const foreign of ['evil.example', '10.evil.example:5237', 'mlflow.mlflow.evil.example:5237']) {
    expect(patterns.some((pattern) => pattern.test(foreign))).toBe(false);
  }
});

test('tools with a SQLite database never have two pods', () => {
  for (const [component, name] of [
    [mlflow, 'mlflow'],
    [zenml, 'zenml'],
  ] as const) {
    const { spec } = find(component, 'Deployment', name);
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  }
});

test('ZenML keeps its keys across restarts and sends no analytics', () => {
  const variables = environment(find(zenml, 'Deployment', 'zenml'));
  expect(variables).toMatchObject({
    ZENML_SERVER_JWT_SECRET_KEY: {
      valueFrom: { secretKeyRef: { name: 'zenml-server', key: 'jwt-secret-key' } },
    },
    ZENML_SECRETS_STORE_ENCRYPTION_KEY: {
      valueFrom: { secretKeyRef: { name: 'zenml-server', key: 'encryption-key' } },
    },
    ZENML_ANALYTICS_OPT_IN: { value: 'False' },
  });
  // With incomplete store settings the server does not start. Without any, its database is on the disk.
  expect(Object.keys(variables).filter((name) => name.startsWith('ZENML_STORE_'))).toEqual([]);
  expect(variables).not.toHaveProperty('ZENML_SERVER_AUTO_ACTIVATE');
  expect(container(find(zenml, 'Deployment', 'zenml'))).toMatchObject({
    volumeMounts: [{ mountPath: '/zenml/.zenconfig' }],
  });
});

test('pipelines have a namespace without Secrets of Matcha, and cannot read Secrets there', () => {
  const rulesOf = (name: string) => {
    const role = find(zenml, 'Role', name);
    expect(role.metadata.namespace).toBe('matcha-pipelines');
    const rules = role['rules'] as { resources: string[]; verbs: string[] }[];
    return new Map(rules.flatMap(({ resources, verbs }) => resources.map((resource) => [resource, verbs])));
  };
  const [ofRuns, ofClients] = [rulesOf('zenml-pipelines'), rulesOf('matcha-submit')];
  expect([...ofRuns.keys()]).toEqual(['pods', 'pods/log', 'secrets', 'jobs']);
  expect([...ofClients.keys()]).toEqual(['pods', 'pods/log', 'secrets', 'jobs', 'cronjobs']);
  for (const rules of [ofRuns, ofClients])
    expect(rules.get('secrets')).toEqual(['create', 'patch', 'delete']);
  expect(ofClients.get('pods')).toEqual(['get', 'list', 'watch']);
  expect(objectsOf(zenml).filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
  const bindings = objectsOf(zenml).filter(({ kind }) => kind === 'RoleBinding');
  expect(bindings.map(({ metadata }) => [metadata.namespace, metadata.name])).toEqual([
    ['matcha-pipelines', 'zenml-pipelines'],
    ['matcha-pipelines', 'matcha-submit'],
    ['zenml', 'matcha-connect'],
  ]);
  expect(zenml.workload?.secrets.map(({ namespace }) => namespace)).toEqual(['zenml', 'zenml']);
});

test('the ZenML server reads its artifact store with the identity of pipelines', () => {
  expect(zenml.azure?.identity?.serviceAccounts).toEqual([
    { namespace: 'matcha-pipelines', name: 'zenml-pipelines' },
    { namespace: 'zenml', name: 'zenml' },
  ]);
  const { spec } = find(zenml, 'Deployment', 'zenml');
  expect(spec).toMatchObject({
    template: {
      metadata: { labels: { 'azure.workload.identity/use': 'true' } },
      spec: { serviceAccountName: 'zenml' },
    },
  });
});

test('links of ZenML have the address at which it was reached', () => {
  // A client prefers this address to its own, and pods and laptops have different ones.
  expect(environment(find(zenml, 'Deployment', 'zenml'))).not.toHaveProperty('ZENML_SERVER_SERVER_URL');
});

test('the Seldon operator has the labels, port and variables that it needs to create its webhook', () => {
  const operator = find(seldon, 'Deployment', 'seldon-controller-manager');
  expect(operator.metadata.namespace).toBe('seldon-system');
  expect(at(operator, 'spec', 'template', 'metadata', 'labels')).toMatchObject({
    app: 'seldon',
    'app.kubernetes.io/name': 'seldon',
    'app.kubernetes.io/instance': 'seldon1',
    'app.kubernetes.io/version': 'v0.5',
    'control-plane': 'seldon-controller-manager',
  });
  expect(container(operator)).toMatchObject({
    ports: expect.arrayContaining([{ name: 'webhook-server', containerPort: 4443 }]) as unknown,
  });
  expect(environment(operator)).toMatchObject({
    MANAGER_CREATE_RESOURCES: { value: 'true' },
    POD_NAMESPACE: { valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ISTIO_ENABLED: { value: 'false' },
  });
});

test('Seldon is configured with current model servers', () => {
  const { data } = find(seldon, 'ConfigMap', 'seldon-config') as unknown as { data: Record<string, string> };
  expect(Object.keys(data).sort()).toEqual([
    'credentials',
    'explainer',
    'predictor_servers',
    'storageInitializer',
  ]);
  const servers = JSON.parse(data['predictor_servers'] ?? '') as typeof MODEL_SERVERS;
  expect(servers).toMatchObject({
    SKLEARN_SERVER: {
      protocols: { v2: { image: 'seldonio/mlserver', defaultImageVersion: '1.7.1-sklearn' } },
    },
  });
  // ZenML gives no protocol, and without one a model has the protocol of Seldon.
  for (const { protocols } of [servers.SKLEARN_SERVER, servers.XGBOOST_SERVER, servers.MLFLOW_SERVER])
    expect(protocols.seldon).toEqual({
      image: expect.stringMatching(/^seldonio\/\w+server$/) as unknown,
      defaultImageVersion: '1.17.1',
    });
});

test('models are downloaded by the pipeline image, with the identity of their pods', () => {
  const image = 'demoacr.azurecr.io/pipelines:1';
  const objects = (more: object) =>
    seldon.workload?.manifests({ ...manifestContext(CLIENT_ID), ...more }) ?? [];
  const initializer = (more: object) => {
    const config = objects(more).find(({ metadata }) => metadata.name === 'seldon-config');
    return at(JSON.parse(at(config, 'data', 'storageInitializer') as string), 'image');
  };
  expect(initializer({ image })).toBe(image);
  expect(initializer({})).toBe('seldonio/rclone-storage-initializer:1.17.1');
  // Seldon gives the image two arguments: the URI of the model, and the folder.
  expect(PIPELINE_IMAGE.files[0]?.content).toContain('ENTRYPOINT ["rclone", "copy"]');

  const storage = objects({}).find(({ metadata }) => metadata.name === 'model-storage');
  expect(storage?.metadata.namespace).toBe('matcha-seldon-workloads');
  const values = Object.entries(at(storage, 'data') as Record<string, string>);
  expect(Object.fromEntries(values.map(([key, value]) => [key, atob(value)]))).toEqual({
    RCLONE_CONFIG_AZ_TYPE: 'azureblob',
    RCLONE_CONFIG_AZ_ACCOUNT: 'demostabc123',
    RCLONE_CONFIG_AZ_ENV_AUTH: 'true',
    RCLONE_LOG_FILE: '/dev/termination-log',
  });
  expect(environment(find(seldon, 'Deployment', 'seldon-controller-manager'))).toMatchObject({
    PREDICTIVE_UNIT_DEFAULT_ENV_SECRET_REF_NAME: { value: 'model-storage' },
  });
  expect(seldon.azure?.identity).toEqual({
    serviceAccounts: [{ namespace: 'matcha-seldon-workloads', name: 'default' }],
    grants: ['zenml', 'mlflow'].map((container) => ({ container, role: 'Storage Blob Data Reader' })),
  });
});

test('Seldon can read secrets and write workloads only in the namespace of models', () => {
  const clusterRoles = objectsOf(seldon).filter(({ kind }) => kind === 'ClusterRole');
  const rules = clusterRoles.flatMap(({ rules: each }) => each as { resources: string[]; verbs: string[] }[]);
  expect(rules.filter(({ resources }) => resources.includes('secrets'))).toEqual([]);
  const deployments = rules.filter(({ resources }) => resources.includes('deployments'));
  expect(deployments.map(({ verbs }) => verbs)).toEqual([['get', 'list', 'watch']]);
});

test('Chroma has a data disk that its user can write to', () => {
  const database = find(chroma, 'StatefulSet', 'chroma');
  expect(database['spec']).toMatchObject({
    replicas: 1,
    volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    template: { spec: { securityContext: { runAsUser: 1000, fsGroup: 1000 } } },
  });
  // Otherwise Kubernetes sets CHROMA_PORT to the address of the service, which Chroma would use as its port.
  expect(environment(database)).toMatchObject({ CHROMA_PORT: { value: '8000' } });
  expect(container(database)).toMatchObject({
    args: ['run', '/config.yaml'],
    volumeMounts: expect.arrayContaining([{ name: 'data', mountPath: '/data' }]) as unknown,
  });
});

test('outputs have the documented names and formats', () => {
  const outputs = (component: Component) => component.outputs(outputContext());
  expect(outputs(mlflow)).toEqual({
    'experiment-tracker': {
      'tracking-url': 'http://localhost:5237',
      'cluster-url': 'http://mlflow.mlflow.svc.cluster.local:5000',
      'azure-connection-string': { storage: 'connection-string' },
    },
  });
  expect(outputs(seldon)).toEqual({
    'model-deployer': {
      'base-url': 'http://localhost:8239',
      'workloads-namespace': 'matcha-seldon-workloads',
    },
  });
  expect(outputs(chroma)['vector-database']).toMatchObject({ url: 'http://localhost:8238' });
  expect(outputs(zenml)['pipeline']).toMatchObject({
    'stack-name': 'matcha-demo',
    'server-url': 'http://localhost:8237',
    'cluster-url': 'http://zenml.zenml.svc.cluster.local',
    'server-password': { secret: { namespace: 'zenml', name: 'zenml-admin', key: 'password' } },
    'storage-path': 'az://zenml',
  });
  expect(outputs(registry)['container-registry']).toEqual({
    'registry-name': 'demoacrabc123',
    'registry-url': 'demoacrabc123.azurecr.io',
  });
  expect(outputs(dvc)['data-version-control']).toEqual({
    'account-name': 'demostabc123',
    'container-name': 'dvc',
    'remote-url': 'azure://dvc',
    'connection-string': { storage: 'connection-string' },
  });
});

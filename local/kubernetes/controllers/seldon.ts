import type { Cluster, Manifest } from '../cluster.ts';
import { createPrepared } from '../creation.ts';
import { hasCondition, isRecord, ownedBy, recordAt } from '../objects.ts';
import type { ApiObject, Deployment } from '../objects.ts';
import { environmentOf } from '../pod-inputs.ts';
import { podsOf } from './workloads.ts';

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';
const WEBHOOKS = 'validatingwebhookconfigurations.admissionregistration.k8s.io';
const GROUP = 'machinelearning.seldon.io';
const SELDON_DEPLOYMENTS = `seldondeployments.${GROUP}`;
const OPERATOR = 'seldon-controller-manager';
const MODEL_SERVER = 'docker.io/seldonio/mlserver:1.7.1-sklearn';

/** The Seldon Core v1 operator: provisions itself when told to, then serves SeldonDeployments. */
export function runSeldon(cluster: Cluster): void {
  const operator = readyOperator(cluster);
  if (!operator) return;
  if (provisionsItself(cluster, operator)) provision(cluster, operator);
  for (const deployment of cluster.list(SELDON_DEPLOYMENTS)) runSeldonDeployment(cluster, deployment);
}

const readyOperator = (cluster: Cluster): Deployment | undefined =>
  cluster
    .list('deployments.apps')
    .find((deployment) => deployment.metadata.name === OPERATOR && hasCondition(deployment, 'Available'));

function provisionsItself(cluster: Cluster, operator: Deployment): boolean {
  const sets = cluster.list('replicasets.apps', operator.metadata.namespace);
  const pod = sets
    .flatMap((set) => podsOf(cluster, set))
    .find(({ metadata }) => metadata.name.startsWith(OPERATOR));
  const [container] = pod?.spec.containers ?? [];
  return (
    pod !== undefined &&
    container !== undefined &&
    environmentOf(cluster, pod, container)['MANAGER_CREATE_RESOURCES'] === 'true'
  );
}

/** What the operator creates at its start with MANAGER_CREATE_RESOURCES=true. */
function provision(cluster: Cluster, operator: Deployment): void {
  const { namespace = '' } = operator.metadata;
  const own: [resource: string, manifest: Manifest][] = [
    [CRDS, definition()],
    ['services', webhookService(namespace, operator.spec.selector.matchLabels ?? {})],
    [WEBHOOKS, webhook(namespace)],
    [
      'configmaps',
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'seldon-config', namespace },
        data: { predictor_servers: '{}' },
      },
    ],
  ];
  for (const [resource, manifest] of own) {
    const { namespace: place, name } = manifest.metadata;
    if (!cluster.get(resource, place, name)) createPrepared(cluster, resource, manifest);
  }
}

function definition(): Manifest {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const version = (name: string) => ({
    name,
    served: true,
    storage: name === 'v1',
    schema,
    subresources: { status: {} },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: SELDON_DEPLOYMENTS },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        plural: 'seldondeployments',
        singular: 'seldondeployment',
        kind: 'SeldonDeployment',
        shortNames: ['sdep'],
      },
      versions: ['v1', 'v1alpha2', 'v1alpha3'].map(version),
    },
  };
}

const webhookService = (namespace: string, selector: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'seldon-webhook-service', namespace },
  spec: {
    type: 'ClusterIP',
    selector,
    ports: [{ port: 443, targetPort: 'webhook-server', protocol: 'TCP' }],
  },
});

function webhook(namespace: string): Manifest {
  const path = '/validate-machinelearning-seldon-io-v1-seldondeployment';
  const rule = {
    apiGroups: [GROUP],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['seldondeployments'],
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: `seldon-validating-webhook-configuration-${namespace}` },
    webhooks: [
      {
        name: 'v1.vseldondeployment.kb.io',
        admissionReviewVersions: ['v1', 'v1beta1'],
        clientConfig: { service: { name: 'seldon-webhook-service', namespace, path, port: 443 } },
        failurePolicy: 'Fail',
        rules: [rule],
        sideEffects: 'None',
      },
    ],
  };
}

/** One Deployment and one Service per predictor; available when all of its Deployments are. */
function runSeldonDeployment(cluster: Cluster, owner: ApiObject): void {
  const { namespace = '', name } = owner.metadata;
  const listed = recordAt(owner, 'spec')['predictors'];
  const predictors = (Array.isArray(listed) ? listed : []).filter(isRecord);
  const deployments = predictors.map((predictor) => {
    const service = `${name}-${String(predictor['name'])}`;
    const unit = `${service}-0-${String(recordAt(predictor, 'graph')['name'])}`;
    const existing = cluster.get('deployments.apps', namespace, unit);
    if (!existing) createPredictor(cluster, owner, service, unit, Number(predictor['replicas'] ?? 1));
    return { unit, isAvailable: existing ? hasCondition(existing, 'Available') : false };
  });
  const isAvailable = deployments.length > 0 && deployments.every((deployment) => deployment.isAvailable);
  cluster.setStatus(SELDON_DEPLOYMENTS, owner, {
    state: isAvailable ? 'Available' : 'Creating',
    replicas: deployments.length,
    deploymentStatus: Object.fromEntries(
      deployments.map((deployment) => [
        deployment.unit,
        { replicas: 1, ...(deployment.isAvailable ? { availableReplicas: 1 } : {}) },
      ]),
    ),
  });
}

function createPredictor(
  cluster: Cluster,
  owner: ApiObject,
  service: string,
  unit: string,
  replicas: number,
): void {
  const { namespace = '' } = owner.metadata;
  const labels = { 'seldon-app': service, 'seldon-deployment-id': owner.metadata.name };
  const ports = [
    { name: 'http', port: 8000, targetPort: 8000, protocol: 'TCP' },
    { name: 'grpc', port: 5001, targetPort: 5001, protocol: 'TCP' },
  ];
  const container = {
    name: 'server',
    image: MODEL_SERVER,
    ports: [{ name: 'http', containerPort: 8000, protocol: 'TCP' }],
  };
  cluster.create('deployments.apps', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: unit, namespace, labels, ownerReferences: [ownedBy(owner)] },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], restartPolicy: 'Always' } },
    },
  });
  if (cluster.get('services', namespace, service)) return;
  createPrepared(cluster, 'services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service, namespace, labels, ownerReferences: [ownedBy(owner)] },
    spec: { type: 'ClusterIP', selector: labels, ports },
  });
}

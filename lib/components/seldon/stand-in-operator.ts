import { at, listAt } from '../canary.ts';
import { hasCondition, isRecord, ownedBy, recordAt } from '../stand-in.ts';
import type { LiveObject, SimulatedCluster } from '../stand-in.ts';
import type { KubernetesObject } from '../../manifests/object.ts';
import { initializers } from './stand-in-initializer.ts';

const GROUP = 'machinelearning.seldon.io';
const OPERATOR = 'seldon-controller-manager';
const LEASE = 'a33bd623.machinelearning.seldon.io';
const MODEL_SERVER = 'docker.io/seldonio/mlserver:1.7.1-sklearn';

/**
 * The Seldon Core v1 operator: creates its CRD and webhook if its settings say so, then runs
 * SeldonDeployments.
 */
export function runOperator(cluster: SimulatedCluster): void {
  const operator = cluster
    .list('apps/v1', 'Deployment')
    .find((deployment) => deployment.metadata.name === OPERATOR && hasCondition(deployment, 'Available'));
  if (!operator) return;
  if (createsItsResources(operator) && isStarting(cluster, operator)) createResources(cluster, operator);
  for (const deployment of cluster.list(`${GROUP}/v1`, 'SeldonDeployment'))
    runSeldonDeployment(cluster, deployment, operator);
}

const createsItsResources = (operator: KubernetesObject): boolean => {
  const [container] = listAt(operator, 'spec', 'template', 'spec', 'containers');
  return listAt(container, 'env').some(
    (variable) => at(variable, 'name') === 'MANAGER_CREATE_RESOURCES' && at(variable, 'value') === 'true',
  );
};

/**
 * Whether a pod of the operator runs that was not there before. An event shows it: each pod reports when it
 * becomes the leader.
 */
function isStarting(cluster: SimulatedCluster, operator: KubernetesObject): boolean {
  const { namespace = '' } = operator.metadata;
  const selector = Object.entries(at(operator, 'spec', 'selector', 'matchLabels') ?? {});
  const leader = cluster
    .list('v1', 'Pod', namespace)
    .find(
      (pod) =>
        hasCondition(pod, 'Ready') &&
        selector.every(([label, value]) => pod.metadata.labels?.[label] === value),
    );
  if (leader === undefined) return false;
  const { name, uid } = leader.metadata;
  const event = { name: `${LEASE}.${uid}`, namespace };
  if (cluster.get('v1', 'Event', event.name, namespace)) return false;
  cluster.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: event,
    involvedObject: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: LEASE, namespace },
    type: 'Normal',
    reason: 'LeaderElection',
    message: `${name}_${uid} became leader`,
  });
  return true;
}

/** The objects that the operator creates at its start with MANAGER_CREATE_RESOURCES=true. */
function createResources(cluster: SimulatedCluster, operator: KubernetesObject): void {
  const { namespace = '' } = operator.metadata;
  const selector = at(operator, 'spec', 'selector', 'matchLabels') as Record<string, string>;
  cluster.create(definition());
  cluster.create(webhookService(namespace, selector));
  cluster.create(webhook(namespace));
  cluster.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'seldon-config', namespace },
    data: { predictor_servers: '{}' },
  });
}

function definition(): KubernetesObject {
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
    metadata: { name: `seldondeployments.${GROUP}` },
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

const webhookService = (namespace: string, selector: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'seldon-webhook-service', namespace },
  spec: {
    type: 'ClusterIP',
    selector,
    ports: [{ port: 443, targetPort: 'webhook-server', protocol: 'TCP' }],
  },
});

function webhook(namespace: string): KubernetesObject {
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

/** One Deployment and one Service per predictor; available when all Deployments are. */
function runSeldonDeployment(cluster: SimulatedCluster, owner: LiveObject, operator: LiveObject): void {
  const { namespace = '', name } = owner.metadata;
  const listed = recordAt(owner, 'spec')['predictors'];
  const predictors = (Array.isArray(listed) ? listed : []).filter(isRecord);
  const deployments = predictors.map((predictor) => {
    const service = `${name}-${String(predictor['name'])}`;
    const unit = `${service}-0-${String(recordAt(predictor, 'graph')['name'])}`;
    const existing = cluster.get('apps/v1', 'Deployment', unit, namespace);
    if (!existing) createPredictor(cluster, owner, { service, unit, predictor, operator });
    return { unit, isAvailable: hasCondition(existing, 'Available') };
  });
  const isAvailable = deployments.length > 0 && deployments.every((deployment) => deployment.isAvailable);
  cluster.setStatus(owner, {
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

interface PredictorOfOperator {
  service: string;
  unit: string;
  predictor: Record<string, unknown>;
  operator: LiveObject;
}

function createPredictor(
  cluster: SimulatedCluster,
  owner: LiveObject,
  { service, unit, predictor, operator }: PredictorOfOperator,
): void {
  const { namespace = '' } = owner.metadata;
  const labels = { 'seldon-app': service, 'seldon-deployment-id': owner.metadata.name };
  const [component] = listAt(predictor, 'componentSpecs');
  const podLabels = {
    ...recordAt(predictor, 'labels'),
    ...recordAt(recordAt(component, 'metadata'), 'labels'),
    ...labels,
  };
  const { serviceAccountName } = recordAt(component, 'spec');
  const ownerReferences = [ownedBy(owner)];
  const owned = (name: string) => ({ name, namespace, labels, ownerReferences });
  const ports = [
    { name: 'http', port: 8000, targetPort: 8000, protocol: 'TCP' },
    { name: 'grpc', port: 5001, targetPort: 5001, protocol: 'TCP' },
  ];
  const container = {
    name: 'server',
    image: MODEL_SERVER,
    ports: [{ name: 'http', containerPort: 8000, protocol: 'TCP' }],
  };
  cluster.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: owned(unit),
    spec: {
      replicas: Number(predictor['replicas'] ?? 1),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: podLabels },
        spec: {
          ...initializers(cluster, operator, recordAt(predictor, 'graph')),
          containers: [container],
          restartPolicy: 'Always',
          ...(serviceAccountName !== undefined && { serviceAccountName }),
        },
      },
    },
  });
  cluster.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: owned(service),
    spec: { type: 'ClusterIP', selector: labels, ports },
  });
}

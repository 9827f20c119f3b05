/** A kind of object in the API. */
export interface Kind {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  shortNames: string[];
  /** The model of the client library with its fields; custom resources have none. */
  model?: string;
}

type Row = [plural: string, kind: string, scope: 'namespaced' | 'cluster', shortName?: string];

const BUILT_IN: Record<string, Row[]> = {
  v1: [
    ['configmaps', 'ConfigMap', 'namespaced', 'cm'],
    ['endpoints', 'Endpoints', 'namespaced', 'ep'],
    ['events', 'Event', 'namespaced', 'ev'],
    ['limitranges', 'LimitRange', 'namespaced', 'limits'],
    ['namespaces', 'Namespace', 'cluster', 'ns'],
    ['nodes', 'Node', 'cluster', 'no'],
    ['persistentvolumeclaims', 'PersistentVolumeClaim', 'namespaced', 'pvc'],
    ['persistentvolumes', 'PersistentVolume', 'cluster', 'pv'],
    ['pods', 'Pod', 'namespaced', 'po'],
    ['resourcequotas', 'ResourceQuota', 'namespaced', 'quota'],
    ['secrets', 'Secret', 'namespaced'],
    ['serviceaccounts', 'ServiceAccount', 'namespaced', 'sa'],
    ['services', 'Service', 'namespaced', 'svc'],
  ],
  'admissionregistration.k8s.io/v1': [
    ['mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', 'cluster'],
    ['validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', 'cluster'],
  ],
  'apiextensions.k8s.io/v1': [['customresourcedefinitions', 'CustomResourceDefinition', 'cluster', 'crd']],
  'apps/v1': [
    ['daemonsets', 'DaemonSet', 'namespaced', 'ds'],
    ['deployments', 'Deployment', 'namespaced', 'deploy'],
    ['replicasets', 'ReplicaSet', 'namespaced', 'rs'],
    ['statefulsets', 'StatefulSet', 'namespaced', 'sts'],
  ],
  'autoscaling/v2': [['horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'namespaced', 'hpa']],
  'batch/v1': [
    ['cronjobs', 'CronJob', 'namespaced', 'cj'],
    ['jobs', 'Job', 'namespaced'],
  ],
  'coordination.k8s.io/v1': [['leases', 'Lease', 'namespaced']],
  'discovery.k8s.io/v1': [['endpointslices', 'EndpointSlice', 'namespaced']],
  'gateway.networking.k8s.io/v1': [
    ['gatewayclasses', 'GatewayClass', 'cluster', 'gc'],
    ['gateways', 'Gateway', 'namespaced', 'gtw'],
    ['httproutes', 'HTTPRoute', 'namespaced'],
  ],
  'networking.k8s.io/v1': [['networkpolicies', 'NetworkPolicy', 'namespaced', 'netpol']],
  'policy/v1': [['poddisruptionbudgets', 'PodDisruptionBudget', 'namespaced', 'pdb']],
  'rbac.authorization.k8s.io/v1': [
    ['clusterrolebindings', 'ClusterRoleBinding', 'cluster'],
    ['clusterroles', 'ClusterRole', 'cluster'],
    ['rolebindings', 'RoleBinding', 'namespaced'],
    ['roles', 'Role', 'namespaced'],
  ],
  'scheduling.k8s.io/v1': [['priorityclasses', 'PriorityClass', 'cluster', 'pc']],
  'storage.k8s.io/v1': [['storageclasses', 'StorageClass', 'cluster', 'sc']],
};

/** AKS installs this group as custom resources, for which the client library has no models. */
const CUSTOM_GROUP = 'gateway.networking.k8s.io';

/** Two groups have the kind Event. The client library has a prefix for one of them. */
const modelOf = (version: string, kind: string) =>
  kind === 'Event' ? 'CoreV1Event' : `${version.toUpperCase()}${kind}`;

/** Splits `apps/v1` or `v1`. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version };
}

/** The kinds of every cluster. */
export const BUILT_IN_KINDS: readonly Kind[] = Object.entries(BUILT_IN).flatMap(([apiVersion, rows]) => {
  const { group, version } = splitApiVersion(apiVersion);
  return rows.map(([plural, kind, scope, shortName]) => ({
    group,
    version,
    plural,
    kind,
    namespaced: scope === 'namespaced',
    shortNames: shortName ? [shortName] : [],
    ...(group === CUSTOM_GROUP ? {} : { model: modelOf(version, kind) }),
  }));
});

/** The resource name in messages and stored keys, such as `deployments.apps`. */
export const resourceOf = ({ group, plural }: Pick<Kind, 'group' | 'plural'>): string =>
  group ? `${plural}.${group}` : plural;

export const apiVersionOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version;

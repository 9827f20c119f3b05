import { rule } from '../../manifests/rbac.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];
const AMEND = ['get', 'update', 'patch'];

/**
 * The rights of the operator, after the roles of its chart (seldon-core-operator 1.17.1), without those for
 * Istio and KEDA, which are off. It watches what it makes everywhere, but writes, and reads secrets, only in
 * the namespace of the models.
 */
export const WATCHING = [
  rule('', ['namespaces', 'services', 'configmaps'], READ),
  rule('apps', ['deployments'], READ),
  rule('autoscaling', ['horizontalpodautoscalers'], READ),
  rule('policy', ['poddisruptionbudgets'], READ),
  rule('machinelearning.seldon.io', ['seldondeployments'], READ),
];

export const SERVING_MODELS = [
  rule('', ['services'], WRITE),
  rule('', ['services/status'], AMEND),
  rule('', ['events'], ['create', 'patch']),
  rule('', ['secrets', 'serviceaccounts'], READ),
  rule('apps', ['deployments'], WRITE),
  rule('apps', ['deployments/status'], AMEND),
  rule('autoscaling', ['horizontalpodautoscalers'], WRITE),
  rule('autoscaling', ['horizontalpodautoscalers/status'], AMEND),
  rule('policy', ['poddisruptionbudgets'], WRITE),
  rule('policy', ['poddisruptionbudgets/status'], AMEND),
  rule('machinelearning.seldon.io', ['seldondeployments'], WRITE),
  rule('machinelearning.seldon.io', ['seldondeployments/status', 'seldondeployments/finalizers'], AMEND),
];

/** At each start it makes its CRD, where it is absent, and the configuration of its webhook. */
export const PROVIDING_FOR_ITSELF = [
  rule('apiextensions.k8s.io', ['customresourcedefinitions'], ['get', 'list', 'create']),
  rule('apiextensions.k8s.io', ['customresourcedefinitions/finalizers'], AMEND),
  rule(
    'admissionregistration.k8s.io',
    ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    ['get', 'list', 'create', 'update', 'delete'],
  ),
];

/** Its lock, its webhook's service and its configuration, in its own namespace. */
export const LEADING = [
  rule('coordination.k8s.io', ['leases'], [...READ, ...WRITE]),
  rule('', ['configmaps'], [...READ, ...WRITE]),
  rule('', ['services'], [...READ, 'create']),
  rule('', ['events'], ['create', 'patch']),
  rule('apps', ['deployments/finalizers'], AMEND),
];

import { rule } from '../../manifests/rbac.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];
const MODIFY = ['get', 'update', 'patch'];

/**
 * The permissions of the operator, from the roles in its chart (seldon-core-operator 1.17.1), without those
 * for Istio and KEDA, which are off. It watches all namespaces, but writes objects and reads secrets only in
 * the namespace of the models.
 */
export const WATCH_RULES = [
  rule('', ['namespaces', 'services', 'configmaps'], READ),
  rule('apps', ['deployments'], READ),
  rule('autoscaling', ['horizontalpodautoscalers'], READ),
  rule('policy', ['poddisruptionbudgets'], READ),
  rule('machinelearning.seldon.io', ['seldondeployments'], READ),
];

export const MODEL_RULES = [
  rule('', ['services'], WRITE),
  rule('', ['services/status'], MODIFY),
  rule('', ['events'], ['create', 'patch']),
  rule('', ['secrets', 'serviceaccounts'], READ),
  rule('apps', ['deployments'], WRITE),
  rule('apps', ['deployments/status'], MODIFY),
  rule('autoscaling', ['horizontalpodautoscalers'], WRITE),
  rule('autoscaling', ['horizontalpodautoscalers/status'], MODIFY),
  rule('policy', ['poddisruptionbudgets'], WRITE),
  rule('policy', ['poddisruptionbudgets/status'], MODIFY),
  rule('machinelearning.seldon.io', ['seldondeployments'], WRITE),
  rule('machinelearning.seldon.io', ['seldondeployments/status', 'seldondeployments/finalizers'], MODIFY),
];

/** For steps of pipelines that deploy models and watch them (seldon_client.py of ZenML). */
export const DEPLOYER_RULES = [
  rule('machinelearning.seldon.io', ['seldondeployments'], ['create', 'get', 'list', 'patch', 'delete']),
  rule('', ['pods'], READ),
  rule('', ['pods/log'], ['get']),
];

/** At each start it creates its CRD if missing, and the configuration of its webhook. */
export const SELF_SETUP_RULES = [
  rule('apiextensions.k8s.io', ['customresourcedefinitions'], ['get', 'list', 'create']),
  rule('apiextensions.k8s.io', ['customresourcedefinitions/finalizers'], MODIFY),
  rule(
    'admissionregistration.k8s.io',
    ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    ['get', 'list', 'create', 'update', 'delete'],
  ),
];

/** Its lock, the service of its webhook and its configuration, in its own namespace. */
export const LEADER_ELECTION_RULES = [
  rule('coordination.k8s.io', ['leases'], [...READ, ...WRITE]),
  rule('', ['configmaps'], [...READ, ...WRITE]),
  rule('', ['services'], [...READ, 'create']),
  rule('', ['events'], ['create', 'patch']),
  rule('apps', ['deployments/finalizers'], MODIFY),
];

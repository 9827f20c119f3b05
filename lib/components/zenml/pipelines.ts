import { CALLERS } from '../../manifests/connect.ts';
import type { KubernetesApp } from '../../manifests/labels.ts';
import { namespace } from '../../manifests/namespace.ts';
import { denyIngress } from '../../manifests/network.ts';
import type { KubernetesObject } from '../../manifests/object.ts';
import { grant, rule, serviceAccount } from '../../manifests/rbac.ts';
import { PIPELINES } from './names.ts';

/**
 * The permissions that ZenML's Kubernetes orchestrator needs in a run (kube_utils.py): it starts steps as
 * jobs or pods, watches them, reads their logs and stops them. A run keeps its API token in a Secret; who starts it
 * creates the Secret, which may be a pod, and the orchestrator deletes it. Without these permissions ZenML would bind the role `edit`.
 */
const RULES = [
  rule('', ['pods'], ['create', 'get', 'list', 'watch', 'delete']),
  rule('', ['pods/log'], ['get']),
  rule('', ['secrets'], ['create', 'patch', 'delete']),
  rule('batch', ['jobs'], ['create', 'get', 'list', 'watch', 'patch', 'delete']),
];

/**
 * The permissions that ZenML's client needs to start a run or a schedule, follow and stop it
 * (kubernetes_orchestrator.py, `submit_pipeline` and `stop_run`).
 */
const CLIENT_RULES = [
  rule('', ['pods'], ['get', 'list', 'watch']),
  rule('', ['pods/log'], ['get']),
  rule('', ['secrets'], ['create', 'patch', 'delete']),
  rule('batch', ['jobs', 'cronjobs'], ['create', 'get', 'list', 'watch', 'patch', 'delete']),
];

/**
 * The namespace of pipelines. It has no Secrets of Matcha: whoever may create pods in a namespace can mount
 * all its Secrets.
 */
export function pipelineObjects(server: KubernetesApp, clientId: string | undefined): KubernetesObject[] {
  const app = { ...server, namespace: PIPELINES.namespace, role: 'pipelines' };
  const account = { namespace: PIPELINES.namespace, serviceAccount: PIPELINES.name };
  return [
    namespace(app, 'baseline'),
    denyIngress(app),
    serviceAccount(app, PIPELINES.name, clientId),
    ...grant(app, PIPELINES.name, account, RULES),
    ...grant(app, CALLERS.pipelines.serviceAccount, CALLERS.pipelines, CLIENT_RULES),
  ];
}

import type { Cluster } from './cluster.ts';
import { recordAt, timestamp } from './objects.ts';
import type { ApiObject } from './objects.ts';

const WEBHOOKS = 'validatingwebhookconfigurations.admissionregistration.k8s.io';

interface NewPod {
  namespace: string;
  name: string;
  account: string;
}

/** Why the API server refuses a pod: its service account, a quota of its namespace, or a webhook without a service. */
export function refusalOf(cluster: Cluster, { namespace, name, account }: NewPod): string | undefined {
  const forbidden = `pods "${name}" is forbidden`;
  if (!cluster.get('serviceaccounts', namespace, account))
    return `${forbidden}: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
  const broken = brokenWebhook(cluster);
  if (broken !== undefined) return broken;
  const used = cluster.list('pods', namespace).length;
  for (const quota of cluster.list('resourcequotas', namespace)) {
    const { pods: limit } = recordAt(recordAt(quota, 'spec'), 'hard') as { pods?: string };
    if (limit !== undefined && used + 1 > Number(limit))
      return `${forbidden}: exceeded quota: ${quota.metadata.name}, requested: pods=1, used: pods=${used}, limited: pods=${limit}`;
  }
  return undefined;
}

interface Webhook {
  name: string;
  failurePolicy?: string;
  clientConfig?: { service?: { namespace: string; name: string } };
  rules?: { resources?: string[] }[];
}

/** A webhook for pods whose service is gone refuses every pod, unless its failures are ignored. */
function brokenWebhook(cluster: Cluster): string | undefined {
  const webhooks = cluster
    .list(WEBHOOKS)
    .flatMap((configuration) => (configuration['webhooks'] as Webhook[] | undefined) ?? []);
  for (const { name, failurePolicy = 'Fail', clientConfig, rules = [] } of webhooks) {
    const { service } = clientConfig ?? {};
    const isForPods = rules.some(({ resources = [] }) => resources.includes('pods'));
    if (!isForPods || failurePolicy !== 'Fail' || service === undefined) continue;
    if (!cluster.get('services', service.namespace, service.name))
      return `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://${service.name}.${service.namespace}.svc:443/?timeout=10s": service "${service.name}" not found`;
  }
  return undefined;
}

/** The event of a controller that cannot create a pod. One for each owner, as the server counts repeated ones. */
export function reportRefusal(cluster: Cluster, owner: ApiObject, refusal: string): void {
  const { apiVersion, kind, metadata } = owner;
  const { namespace = '', uid } = metadata;
  const name = `${metadata.name}.${uid.slice(0, 8)}`;
  const pod = /^pods "([^"]+)"/.exec(refusal)?.[1] ?? metadata.name;
  const message =
    kind === 'StatefulSet'
      ? `create Pod ${pod} in StatefulSet ${metadata.name} failed error: ${refusal}`
      : `Error creating: ${refusal}`;
  const known = cluster.get('events', namespace, name);
  if (known?.['message'] === message) return;
  if (known) cluster.remove('events', known);
  cluster.create('events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: { apiVersion, kind, name: metadata.name, namespace, uid },
    type: 'Warning',
    reason: 'FailedCreate',
    message,
    count: 1,
    lastTimestamp: timestamp(cluster.clock.now()),
  });
}

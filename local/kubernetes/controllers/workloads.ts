import { createHash, randomBytes } from 'node:crypto';
import type { Cluster } from '../cluster.ts';
import { createPrepared } from '../creation.ts';
import { hasCondition, isOwnedBy, ownedBy, setCondition, isPodReady } from '../objects.ts';
import type {
  ApiObject,
  Deployment,
  Pod,
  PodTemplate,
  ReplicaSet,
  StatefulSet,
  WorkloadStatus,
} from '../objects.ts';
import { refusalOf, reportRefusal } from '../pod-admission.ts';

const HASH = 'pod-template-hash';
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The suffix of a generated name. The alphabet has no vowels, as in Kubernetes. */
export const randomSuffix = (length = 5): string =>
  [...randomBytes(length)].map((byte) => NAME_ALPHABET[byte % NAME_ALPHABET.length]).join('');

export const templateHash = (template: PodTemplate): string =>
  createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);

export const podsOf = (cluster: Cluster, owner: ApiObject): Pod[] =>
  cluster.list('pods', owner.metadata.namespace).filter((pod) => isOwnedBy(pod, owner));

/** Creates a pod from a template. Returns the error message if it is refused. */
export function createPod(
  cluster: Cluster,
  owner: ApiObject,
  name: string,
  template: PodTemplate,
  labels: Record<string, string> = {},
): string | undefined {
  const { namespace = '' } = owner.metadata;
  const account = template.spec?.serviceAccountName ?? 'default';
  const refusal = refusalOf(cluster, { namespace, name, account });
  if (refusal !== undefined) {
    reportRefusal(cluster, owner, refusal);
    return refusal;
  }
  const { annotations } = template.metadata ?? {};
  cluster.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { ...template.metadata?.labels, ...labels },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [ownedBy(owner)],
    },
    spec: { ...template.spec, serviceAccountName: account },
    status: { phase: 'Pending' },
  });
  return undefined;
}

/** A Deployment has one ReplicaSet per version of its template and moves the replicas to the newest. */
export function runDeployments(cluster: Cluster): void {
  for (const deployment of cluster.list('deployments.apps')) {
    const { namespace, name } = deployment.metadata;
    const hash = templateHash(deployment.spec.template);
    const owned = cluster.list('replicasets.apps', namespace).filter((set) => isOwnedBy(set, deployment));
    const newest = owned.find(({ metadata }) => metadata.labels?.[HASH] === hash);
    const older = owned.filter((set) => set !== newest && (set.spec.replicas ?? 0) > 0);
    const wanted = deployment.spec.replicas ?? 1;
    const isRecreated = deployment.spec.strategy?.type === 'Recreate';
    const mayStart = !isRecreated || older.every((set) => podsOf(cluster, set).length === 0);
    if (!newest && mayStart) createReplicaSet(cluster, deployment, `${name}-${hash}`, hash);
    else if (newest && newest.spec.replicas !== wanted && mayStart) scale(cluster, newest, wanted);
    const mayStop = isRecreated || (newest?.status?.readyReplicas ?? 0) >= wanted;
    if (mayStop) for (const set of older) scale(cluster, set, 0);
  }
}

function createReplicaSet(cluster: Cluster, deployment: Deployment, name: string, hash: string): void {
  const { template, replicas = 1, selector } = deployment.spec;
  const labels = { ...template.metadata?.labels, [HASH]: hash };
  cluster.create('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      ownerReferences: [ownedBy(deployment)],
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
}

const scale = (cluster: Cluster, set: ReplicaSet, replicas: number) =>
  cluster.write('replicasets.apps', { ...set, spec: { ...set.spec, replicas } });

/** Creates and deletes pods to match the replicas of ReplicaSets. */
export function runReplicaSets(cluster: Cluster): void {
  for (const set of cluster.list('replicasets.apps')) {
    const pods = podsOf(cluster, set);
    const wanted = set.spec.replicas ?? 1;
    let failure: string | undefined;
    for (let count = pods.length; count < wanted && set.spec.template && failure === undefined; count++) {
      failure = createPod(cluster, set, refusedName(set) ?? newName(set), set.spec.template);
    }
    for (const pod of pods.slice(wanted)) cluster.remove('pods', pod);
    const { conditions: _, ...counts } = countsOf(set, podsOf(cluster, set));
    const failed = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: failure ?? '',
    } as const;
    const conditions =
      failure === undefined ? [] : setCondition(set.status?.conditions, failed, cluster.clock.now());
    cluster.setStatus('replicasets.apps', set, {
      ...counts,
      ...(conditions.length > 0 ? { conditions } : {}),
    });
  }
}

const newName = ({ metadata }: ReplicaSet): string => `${metadata.name}-${randomSuffix()}`;

/** The name in the last refusal, so that a refusal that lasts changes nothing. */
const refusedName = ({ status }: ReplicaSet): string | undefined =>
  /^pods "([^"]+)"/.exec(
    status?.conditions?.find(({ type }) => type === 'ReplicaFailure')?.message ?? '',
  )?.[1];

/** A StatefulSet creates its pods in order, each with its own claims. */
export function runStatefulSets(cluster: Cluster): void {
  for (const set of cluster.list('statefulsets.apps')) {
    const hash = templateHash(set.spec.template);
    const pods = podsOf(cluster, set);
    const wanted = set.spec.replicas ?? 1;
    const isParallel = set.spec.podManagementPolicy === 'Parallel';
    const outdated = pods.find(({ metadata }) => metadata.labels?.['controller-revision-hash'] !== hash);
    // With OrderedReady, a pod that is not ready blocks all changes, including its own replacement
    // (kubernetes/kubernetes#67250).
    if (outdated && (isParallel || isPodReady(outdated))) cluster.remove('pods', outdated);
    for (let ordinal = 0; ordinal < wanted; ordinal++) {
      const name = `${set.metadata.name}-${String(ordinal)}`;
      const pod = cluster.get('pods', set.metadata.namespace, name);
      if (!pod) createStatefulPod(cluster, set, name, hash);
      if (!isParallel && !(pod && isPodReady(pod))) break;
    }
    for (const pod of pods) {
      if (Number(pod.metadata.name.split('-').at(-1)) >= wanted) cluster.remove('pods', pod);
    }
    const current = podsOf(cluster, set);
    cluster.setStatus('statefulsets.apps', set, {
      ...countsOf(set, current),
      currentReplicas: current.length,
      updatedReplicas: current.filter(
        ({ metadata }) => metadata.labels?.['controller-revision-hash'] === hash,
      ).length,
      currentRevision: `${set.metadata.name}-${hash}`,
      updateRevision: `${set.metadata.name}-${hash}`,
    });
  }
}

function createStatefulPod(cluster: Cluster, set: StatefulSet, name: string, hash: string): void {
  const { namespace = '' } = set.metadata;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    volume: template.metadata?.name ?? '',
    claim: `${template.metadata?.name ?? ''}-${name}`,
    template,
  }));
  for (const { claim, template } of claims) {
    if (cluster.get('persistentvolumeclaims', namespace, claim)) continue;
    createPrepared(cluster, 'persistentvolumeclaims', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claim,
        namespace,
        labels: { ...set.spec.selector.matchLabels, ...template.metadata?.labels },
      },
      spec: template.spec,
    });
  }
  const volumes = [
    ...(set.spec.template.spec?.volumes ?? []),
    ...claims.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim } })),
  ];
  const spec = { containers: [], ...set.spec.template.spec, hostname: name, volumes };
  const labels = { 'statefulset.kubernetes.io/pod-name': name, 'controller-revision-hash': hash };
  createPod(cluster, set, name, { ...set.spec.template, spec }, labels);
}

function countsOf({ metadata }: ReplicaSet | StatefulSet, pods: Pod[]): WorkloadStatus {
  const ready = pods.filter(isPodReady).length;
  return {
    observedGeneration: metadata.generation,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
  };
}

/** Updates the status of Deployments from their ReplicaSets. */
export function reportDeployments(cluster: Cluster): void {
  const now = cluster.clock.now();
  for (const deployment of cluster.list('deployments.apps')) {
    const { namespace, name, generation } = deployment.metadata;
    const sets = cluster.list('replicasets.apps', namespace).filter((set) => isOwnedBy(set, deployment));
    const hash = templateHash(deployment.spec.template);
    const newest = sets.find(({ metadata }) => metadata.labels?.[HASH] === hash);
    const wanted = deployment.spec.replicas ?? 1;
    const sum = (member: 'replicas' | 'readyReplicas', from = sets) =>
      from.reduce((total, { status }) => total + (status?.[member] ?? 0), 0);
    const ready = sum('readyReplicas');
    const updated = newest ? sum('replicas', [newest]) : 0;
    const isDone = updated === wanted && ready >= wanted && sum('replicas') === wanted;
    const failure = sets.find((set) => hasCondition(set, 'ReplicaFailure'))?.status?.conditions?.[0];
    let conditions = setCondition(
      deployment.status?.conditions?.filter(({ type }) => type !== 'ReplicaFailure'),
      ready >= wanted
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    );
    conditions = setCondition(conditions, progressing(deployment, name, hash, isDone, now), now);
    if (failure) conditions = setCondition(conditions, failure, now);
    cluster.setStatus('deployments.apps', deployment, {
      observedGeneration: generation,
      replicas: sum('replicas'),
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: ready,
      ...(ready < wanted ? { unavailableReplicas: wanted - ready } : {}),
      conditions,
    });
  }
}

function progressing(deployment: Deployment, name: string, hash: string, isDone: boolean, now: number) {
  const set = `ReplicaSet "${name}-${hash}"`;
  const before = deployment.status?.conditions?.find(({ type }) => type === 'Progressing');
  if (isDone) {
    return {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${set} has successfully progressed.`,
    } as const;
  }
  const since = Date.parse(
    before?.reason === 'NewReplicaSetAvailable' ? '' : (before?.lastTransitionTime ?? ''),
  );
  const deadline = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  return now - since > deadline
    ? ({
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `${set} has timed out progressing.`,
      } as const)
    : ({
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `${set} is progressing.`,
      } as const);
}

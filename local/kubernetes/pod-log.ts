import type { ApiResponse } from './api.ts';
import type { Cluster } from './cluster.ts';
import type { Container, Pod } from './objects.ts';
import { environmentOf } from './pod-inputs.ts';
import { badRequest, causes, invalid } from './status.ts';

interface ContainerState {
  name: string;
  ready: boolean;
  state: { waiting?: { reason?: string }; running?: { startedAt: string }; terminated?: Terminated };
  lastState: { terminated?: Terminated };
}

interface Terminated {
  startedAt: string;
  finishedAt: string;
  exitCode: number;
  message?: string;
}

/** Requests that are in a log. Those before are left out, so that its start stays. */
const PROBES = 300;

/**
 * The log of a container, as the API server and a kubelet answer (kubernetes/kubernetes, registry/core/pod/strategy.go
 * and kubelet/kubelet_pods.go). A simulated process is
 * careless: it logs its environment, secrets included; then the requests of its readiness probe, and its end.
 */
export function podLog(cluster: Cluster, pod: Pod, query: URLSearchParams): ApiResponse {
  const { name } = pod.metadata;
  const tail = numberIn(query, 'tailLines', 0, 'must be greater than or equal to 0');
  const limit = numberIn(query, 'limitBytes', 1, 'must be greater than 0');
  const container = containerOf(pod, query.get('container') ?? '');
  const lines = linesOf(cluster, pod, container);
  if (lines === undefined) return { status: 204, body: Buffer.alloc(0) };
  const shown = tail === 0 ? [] : tail === undefined ? lines : lines.slice(-tail);
  const text = Buffer.from(shown.map((line) => `${line}\n`).join(''));
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: text.subarray(0, limit) };

  function numberIn(from: URLSearchParams, field: string, least: number, rule: string): number | undefined {
    const value = from.get(field);
    if (value === null) return undefined;
    if (Number(value) >= least) return Number(value);
    throw invalid({ group: '', kind: 'PodLogOptions' }, name, [causes.invalid(field, Number(value), rule)]);
  }
}

function containerOf({ metadata, spec }: Pod, wanted: string): Container {
  const [only, ...others] = spec.containers;
  if (wanted === '') {
    if (only !== undefined && others.length === 0) return only;
    const names = spec.containers.map(({ name }) => name).join(' ');
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${names}]`,
    );
  }
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  const found = all.find(({ name }) => name === wanted);
  if (found === undefined) throw badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  return found;
}

/** Undefined for a pod without a node. */
function linesOf(cluster: Cluster, pod: Pod, container: Container): string[] | undefined {
  const { metadata, status } = pod;
  const { containerStatuses = [], initContainerStatuses = [] } = (status ?? {}) as Partial<
    Record<'containerStatuses' | 'initContainerStatuses', ContainerState[]>
  >;
  const found = [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container.name);
  if (found === undefined) return undefined;
  const { state, lastState, ready } = found;
  const ended = state.terminated ?? lastState.terminated;
  if (state.running === undefined && ended === undefined) {
    const reason = state.waiting?.reason ?? 'ContainerCreating';
    const why = reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
    throw badRequest(`container "${container.name}" in pod "${metadata.name}" is waiting to start: ${why}`);
  }
  const settings = Object.entries(environmentOf(cluster, pod, container)).map(
    ([name, value]) => `${name}=${value}`,
  );
  const started = [
    `${ended?.startedAt ?? state.running?.startedAt ?? ''} ${container.image ?? ''} starts`,
    ...settings,
  ];
  if (ended !== undefined) {
    const message = ended.message === undefined ? [] : ended.message.split('\n');
    return [...started, ...message, `${ended.finishedAt} exited with code ${ended.exitCode}`];
  }
  return [
    ...started,
    ...(ready ? probes(container, Date.parse(state.running?.startedAt ?? ''), cluster.clock.now()) : []),
  ];
}

function probes({ readinessProbe }: Container, since: number, now: number): string[] {
  const { periodSeconds = 10, httpGet } = readinessProbe ?? {};
  if (httpGet === undefined) return [];
  const count = Math.min(PROBES, Math.floor((now - since) / 1000 / periodSeconds));
  return Array.from({ length: count }, (_, index) => {
    const at = now - (count - index - 1) * periodSeconds * 1000;
    return `${new Date(at).toISOString()} GET ${httpGet.path ?? '/'} 200`;
  });
}

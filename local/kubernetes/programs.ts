import type { ProgramApp, ProgramEnd, StandInProgram } from '../../lib/components/stand-in.ts';
import type { Cluster } from './cluster.ts';
import { splitApiVersion } from './kinds.ts';
import type { Container, Pod } from './objects.ts';
import { parseResourcePath } from './paths.ts';
import { blobsOf } from './pod-blobs.ts';
import { environmentOf } from './pod-inputs.ts';
import { answerOf, findBackend } from './proxy.ts';
import { isPermitted } from './rbac.ts';
import { ApiError } from './status.ts';

const END = 'end';

/** The program of a pod with one container; undefined when its image is not that of a program. */
export function programOf(cluster: Cluster, { spec }: Pod): StandInProgram | undefined {
  const [container, ...others] = spec.containers;
  return container === undefined || others.length > 0 ? undefined : cluster.standIns.programOf(container);
}

/** An init container that fails, with its end. The kubelet runs it again until it ends well. */
export interface InitFailure {
  container: string;
  end: ProgramEnd;
}

/** Runs the init containers of a pod, and returns the first one that fails. */
export function failedInit(cluster: Cluster, pod: Pod): InitFailure | undefined {
  for (const container of pod.spec.initContainers ?? []) {
    const end = cluster.standIns.programOf(container)?.run(programApp(cluster, pod, container));
    if (end !== undefined && end.exitCode !== 0) return { container: container.name, end };
  }
  return undefined;
}

/** Runs the program of a pod once, when it ends, and returns its end. Other pods end well. */
export function endOf(cluster: Cluster, pod: Pod): ProgramEnd {
  const [container] = pod.spec.containers;
  const program = programOf(cluster, pod);
  if (program === undefined || container === undefined) return { exitCode: 0, message: '' };
  const attachments = cluster.attachments(pod.metadata.uid);
  const known = attachments.get(END) as ProgramEnd | undefined;
  if (known !== undefined) return known;
  const end = program.run(programApp(cluster, pod, container));
  attachments.set(END, end);
  return end;
}

function programApp(cluster: Cluster, pod: Pod, container: Container): ProgramApp {
  const { namespace = '' } = pod.metadata;
  const { serviceAccountName: name = 'default', automountServiceAccountToken } = pod.spec;
  const account = cluster.get('serviceaccounts', namespace, name);
  const hasToken = automountServiceAccountToken ?? account?.['automountServiceAccountToken'] !== false;
  return {
    environment: environmentOf(cluster, pod, container),
    args: container.args ?? [],
    blobs: blobsOf(cluster, pod),
    call: (method, url, headers = {}) => callService(cluster, method, new URL(url), headers),
    ...(hasToken && {
      may(verb, resource, inNamespace) {
        const [plural = '', ...group] = resource.split('.');
        const base = group.length > 0 ? `/apis/${group.join('.')}/v1` : '/api/v1';
        const target = parseResourcePath(`${base}/namespaces/${inNamespace}/${plural}`, cluster.kinds());
        const method = verb === 'create' ? 'POST' : 'GET';
        return target !== undefined && isPermitted(cluster, { namespace, name }, method, target);
      },
    }),
  };
}

/** Calls a service by the name that the DNS of the cluster has for it. */
function callService(cluster: Cluster, method: string, url: URL, headers: Record<string, string>) {
  const [service = '', namespace = ''] = url.hostname.split('.');
  const port = url.port === '' ? '80' : url.port;
  try {
    const backend = findBackend(cluster, SERVICES, namespace, service, service, port);
    const { pathname: path, searchParams: query } = url;
    const response = answerOf(cluster, backend, { method, path, query, headers, body: Buffer.alloc(0) });
    // A program ends within one turn of the simulator, and a real process answers later.
    if (response instanceof Promise)
      return { status: 0, body: 'a simulated program cannot call a real process' };
    return response;
  } catch (error) {
    if (error instanceof ApiError) return { status: 0, body: error.message };
    throw error;
  }
}

const SERVICES = {
  ...splitApiVersion('v1'),
  plural: 'services',
  kind: 'Service',
  namespaced: true,
  shortNames: [],
};

import { ApiException } from '@kubernetes/client-node';
import { request as send } from 'undici';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Connection } from './connection.ts';
import { orNoAnswer } from './errors.ts';

/** The end of the log of a container. */
export interface ContainerLog {
  pod: string;
  container: string;
  text: string;
  /** Why there is no log, in the words of Kubernetes. */
  reason?: string;
}

interface PodObject extends KubernetesObject {
  spec?: Partial<Record<'containers' | 'initContainers', { name: string }[]>>;
}

/** Of all containers together, in bytes. */
const LIMIT = 256 * 1024;

/** More would leave too little for each. */
const MOST_CONTAINERS = 20;

/**
 * The last `tail` lines of each container of a namespace; fewer when they are long. Init containers are included. Throws
 * an ApiException or a NoAnswerError.
 */
export async function podLogs(
  connection: Connection,
  namespace: string,
  tail: number,
): Promise<ContainerLog[]> {
  const { items } = await connection.objects.list('v1', 'Pod', namespace);
  const containers = (items as PodObject[]).flatMap(({ metadata, spec }) =>
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => ({
      pod: metadata.name,
      container: name,
    })),
  );
  const shown = containers.slice(0, MOST_CONTAINERS);
  const limit = Math.floor(LIMIT / Math.max(1, shown.length));
  const logs = await Promise.all(
    shown.map(async (each) => {
      const log = await lastLines(connection, namespace, each, tail, limit);
      return log === undefined ? [] : [{ ...each, ...log }];
    }),
  );
  return logs.flat();
}

/**
 * Kubernetes cuts the end off when the lines are longer than the limit, which is the newest part: then half of the lines
 * are asked for. Undefined when the pod is gone.
 */
async function lastLines(
  connection: Connection,
  namespace: string,
  { pod, container }: { pod: string; container: string },
  tail: number,
  limit: number,
): Promise<{ text: string; reason?: string } | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const query = new URLSearchParams({ container, tailLines: String(tail), limitBytes: String(limit) });
  const { server, agent, token } = connection;
  const headers = { authorization: `Bearer ${await token()}` };
  const url = `${server}${path}?${query.toString()}`;
  const { statusCode, body } = await orNoAnswer(send(url, { dispatcher: agent, headers }));
  const text = await orNoAnswer(body.text());
  if (statusCode === 404) return undefined;
  if (statusCode === 400) return { text: '', reason: messageOf(text) };
  // 204 for a pod that is on no node.
  if (statusCode !== 200 && statusCode !== 204) throw new ApiException(statusCode, '', text, {});
  if (Buffer.byteLength(text) < limit || tail === 1) return { text };
  return lastLines(connection, namespace, { pod, container }, Math.floor(tail / 2), limit);
}

/** The container is not started yet, for example. */
function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message);
  } catch {
    return 'There is no log.';
  }
}

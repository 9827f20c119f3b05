import { MINUTE } from '../domain/duration.ts';
import { failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { manual, repeatOperation } from '../domain/remedies.ts';
import type { Presence } from '../kubernetes/index.ts';

/** Seconds between checks of an object that is being deleted. */
const POLL_EVERY = 5;

/** A disk that is being deleted stays while a pod uses it: it waits this long for the pod to end, in seconds. */
const DISK_GRACE = 2 * MINUTE;

/**
 * Why the objects of a component cannot be applied now: its namespace belongs to another stack, or an object is
 * being deleted, which must end before it can be created again. Undefined when nothing is in the way.
 */
export function obstacleTo(
  title: string,
  { foreign, deleting, loss = '' }: Pick<Presence, 'foreign' | 'deleting' | 'loss'>,
): Outcome<never> | undefined {
  const [taken] = foreign;
  if (taken !== undefined) {
    const { namespace, owner } = taken;
    const message = `${title}: the namespace ${namespace} of the cluster belongs to the stack ${owner}.`;
    return failed(
      problem('NAMESPACE_TAKEN', message, {
        cause: 'A cluster has room for one stack: its tools have fixed namespaces.',
        remedies: [
          manual(`Use the name ${owner} for the stack on this cluster, or another cluster.`),
          manual(`If ${owner} is gone, delete the namespace ${namespace}, with all its data.`),
          repeatOperation(),
        ],
      }),
    );
  }
  if (deleting.length === 0) return undefined;
  const waiting = pending(`${loss}; it is created again after that`, POLL_EVERY);
  const isDisk = deleting.every(({ kind }) => kind === 'PersistentVolumeClaim');
  if (!isDisk) return waiting;
  const used = problem('VOLUME_DELETED', `${title}: its disk is being deleted, and a pod still uses it.`, {
    cause: loss,
  });
  return { ...waiting, grace: { seconds: DISK_GRACE, problem: used } };
}

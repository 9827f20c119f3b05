import type { Duplex } from 'node:stream';
import { ApiServerError, type ApiServer } from './api-server.ts';
import type { PodPort } from './pod.ts';
import type { Session } from './session.ts';
import { openTunnel } from './tunnel.ts';

/** Opens a connection to a pod. */
export type Reach = () => Promise<Duplex>;

/**
 * Opens connections to a pod that `find` finds. It is looked up once, and again when it cannot be reached: it may have
 * been replaced. The credentials are renewed when the API server refuses the token, or is not at its address anymore.
 */
export function reacher(
  session: Session,
  namespace: string,
  find: (api: ApiServer) => Promise<PodPort>,
): Reach {
  let known: PodPort | undefined;
  const attempt = async () => {
    const api = session.api();
    known ??= await find(api);
    const tunnel = await openTunnel(api, namespace, known);
    tunnel.once('error', () => (known = undefined));
    return tunnel;
  };
  return async () => {
    const used = session.api();
    try {
      return await attempt();
    } catch (error) {
      known = undefined;
      const { status } = error instanceof ApiServerError ? error : { status: 0 };
      if (status === undefined || status === 401) await session.renew(used);
      return attempt();
    }
  };
}

import { request } from 'undici';
import { ready, type Outcome } from '../domain/outcome.ts';
import { RETRIES, tryAgain } from '../domain/retry.ts';
import { connect, endpointOf, type Connection, type Endpoint } from './connection.ts';

/** Stores the addresses of clusters for all processes. */
export interface AddressRecords {
  get(cluster: string): Promise<Endpoint | undefined>;
  put(cluster: string, endpoint: Endpoint): Promise<void>;
  remove(cluster: string): Promise<void>;
}

export interface ConnectionOptions {
  /** The kubeconfig of a cluster, as Azure gives it. AKS allows few of these requests. */
  kubeconfig: (resourceGroup: string, cluster: string) => Promise<Outcome<string>>;
  /** Returns a valid token for an API server. */
  token: () => Promise<string>;
  addresses: AddressRecords;
}

/** The number of connections that a process keeps open. */
const MAX_OPEN = 100;

/** A caller may use a connection for this long, in milliseconds: longer than an activity or a request runs. */
const IN_USE = 5 * 60_000;

/** In milliseconds. */
const PROBE_TIMEOUT = 5_000;

/**
 * Connects to clusters by their names in Azure. The address of a cluster is asked for once and recorded, and asked for
 * again when nothing answers there: a cluster may have another one after a restart.
 */
export function createConnections({ kubeconfig, token, addresses }: ConnectionOptions) {
  /** By cluster, the least recently used first. */
  const opened = new Map<string, Promise<Outcome<Connection>>>();

  const close = (key: string): void => {
    const closed = opened.get(key);
    opened.delete(key);
    const end = async () => {
      const outcome = await closed;
      if (outcome?.state === 'ready') await outcome.value.agent.close();
    };
    setTimeout(() => void end().catch(() => undefined), IN_USE).unref();
  };

  const forget = async (key: string): Promise<void> => {
    close(key);
    await addresses.remove(key);
  };

  const connectionAt = (key: string, endpoint: Endpoint): Connection => {
    const connection = connect(endpoint, token, async () => {
      // A late error of an older connection says nothing about the address that is recorded now.
      const current = await opened.get(key);
      if (current?.state === 'ready' && current.value === connection) await forget(key);
    });
    return connection;
  };

  const connectTo = async (resourceGroup: string, name: string): Promise<Outcome<Connection>> => {
    const key = keyOf(resourceGroup, name);
    const recorded = await addresses.get(key);
    if (recorded !== undefined) {
      const connection = connectionAt(key, recorded);
      if (await answers(connection)) return ready(connection);
      await connection.agent.destroy();
    }
    const config = await kubeconfig(resourceGroup, name);
    if (config.state !== 'ready') return config;
    const endpoint = endpointOf(config.value);
    if (endpoint === undefined)
      return tryAgain(`${name}: Azure returned no kubeconfig`, RETRIES.azure.noAnswer);
    await addresses.put(key, endpoint);
    return ready(connectionAt(key, endpoint));
  };

  /** Starts to connect; a failure is not kept. */
  const start = (resourceGroup: string, name: string): Promise<Outcome<Connection>> => {
    const opening = connectTo(resourceGroup, name);
    const discard = () => opened.delete(keyOf(resourceGroup, name));
    opening.then(({ state }) => state === 'ready' || discard(), discard);
    return opening;
  };

  return {
    /** The connection to a cluster. Callers that ask at the same time share one request for the address. */
    open(resourceGroup: string, name: string): Promise<Outcome<Connection>> {
      const key = keyOf(resourceGroup, name);
      const opening = opened.get(key) ?? start(resourceGroup, name);
      opened.delete(key);
      opened.set(key, opening);
      const [oldest] = opened.keys();
      if (opened.size > MAX_OPEN && oldest !== undefined) close(oldest);
      return opening;
    },

    /** Forgets the address of a cluster that has another one now. */
    forget: (resourceGroup: string, name: string) => forget(keyOf(resourceGroup, name)),
  };
}

const keyOf = (resourceGroup: string, name: string): string => `${resourceGroup}|${name}`;

/** Whether a server with the right certificate is at the address. Sends no token; any response will do. */
async function answers({ server, agent }: Connection): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT);
    const { body } = await request(`${server}/version`, { dispatcher: agent, signal });
    await body.dump();
    return true;
  } catch {
    return false;
  }
}

import { AuthenticationV1TokenRequest, PatchStrategy, V1TokenRequestSpec } from '@kubernetes/client-node';
import type { Fence } from '../domain/fence.ts';
import { done, type Outcome } from '../domain/outcome.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { sendingAsIs, type Connection } from './connection.ts';
import {
  AbsentError,
  isConflict,
  isNotFound,
  isUnknownKind,
  NoAnswerError,
  NotEstablishedError,
  outcomeOf,
  UnknownKindError,
  withoutValues,
} from './errors.ts';
import { callService, isIdempotent, type ServiceRequest } from './service-call.ts';
import { servicePath } from './service-path.ts';
import { inWaves } from './order.ts';
import { podLogs } from './pod-logs.ts';
import { presenceOf, type Presence } from './presence.ts';
import {
  gatewayReadiness,
  isUp,
  readinessOf,
  type PodObject,
  type Times,
  type WorkloadObject,
} from './readiness.ts';
import { newestWarning, subjectsOf, type EventObject } from './warnings.ts';

/** The field manager that owns the fields that Matcha sets. */
export const FIELD_MANAGER = 'matcha';

const APPLY = PatchStrategy.ServerSideApply;

/** A reference to an object. */
export interface ObjectReference {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** The operations of Matcha on one cluster. */
export type Cluster = ReturnType<typeof createCluster>;

/** Binds the operations to one connection, and their writes to a fence. */
export function createCluster(connection: Connection, fence: Fence) {
  const { objects, core, endpoint } = connection;

  /** Sends an idempotent request once more when its response is lost: an activity sends many in a row. */
  const twice = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      await fence.check();
      return send();
    }
  };

  const read = async ({ apiVersion, kind, name, namespace = '' }: ObjectReference) => {
    try {
      const object = { apiVersion, kind, metadata: { name, namespace } };
      return await twice(() => objects.read<KubernetesObject>(object));
    } catch (error) {
      if (isNotFound(error) || isUnknownKind(error)) return undefined;
      throw error;
    }
  };

  const apply = async (object: KubernetesObject) => {
    await fence.allowWrite();
    // The client modifies its argument.
    const send = () =>
      sendingAsIs(object, () =>
        objects.patch(structuredClone(object), undefined, undefined, FIELD_MANAGER, false, APPLY),
      );
    try {
      await twice(send);
    } catch (error) {
      if (isUnknownKind(error)) throw new UnknownKindError(object);
      throw object.kind === 'Secret' ? withoutValues(error, secretsIn(object)) : error;
    }
  };

  const remove = async ({ apiVersion, kind, metadata }: KubernetesObject) => {
    const { name, namespace = '' } = metadata;
    await fence.allowWrite();
    try {
      const object = { apiVersion, kind, metadata: { name, namespace } };
      await twice(() => objects.delete(object, undefined, undefined, undefined, undefined, 'Background'));
    } catch (error) {
      if (!isNotFound(error) && !isUnknownKind(error)) throw error;
    }
  };

  /**
   * Throws NotEstablishedError until the API server serves the defined kinds; it refuses their objects
   * before.
   */
  const requireEstablished = async (definitions: readonly KubernetesObject[]) => {
    for (const { apiVersion, kind, metadata } of definitions) {
      const found = (await read({ apiVersion, kind, ...metadata })) as WorkloadObject | undefined;
      const isEstablished = found?.status?.conditions?.some(
        ({ type, status }) => type === 'Established' && status === 'True',
      );
      if (isEstablished !== true) throw new NotEstablishedError(metadata.name);
    }
  };

  const attempt = async <T>(what: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof NoAnswerError) await connection.onNoAnswer();
      return outcomeOf(error, what);
    }
  };

  return {
    /** Reads an object; undefined when the object or its kind does not exist. */
    read,

    /** The value of a key in a Secret; undefined when it does not exist. */
    async secretValue({ key, ...secret }: { namespace: string; name: string; key: string }) {
      const found = await read({ apiVersion: 'v1', kind: 'Secret', ...secret });
      const value = (found as { data?: Record<string, string> } | undefined)?.data?.[key];
      return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
    },

    /** The address of the API server, and the certificate to verify it. */
    endpoint,

    /**
     * A token of a service account that expires after `seconds`; undefined when the account does not exist. The API
     * server may grant another duration.
     */
    async issueToken({ namespace, name }: { namespace: string; name: string }, seconds: number) {
      try {
        const spec = Object.assign(new V1TokenRequestSpec(), { audiences: [], expirationSeconds: seconds });
        const body = Object.assign(new AuthenticationV1TokenRequest(), { spec });
        const { status } = await core.createNamespacedServiceAccountToken({ namespace, name, body });
        if (status?.token === undefined || status.expirationTimestamp === undefined)
          throw new NoAnswerError('The answer has no token.');
        return { token: status.token, expiresAt: status.expirationTimestamp.toISOString() };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },

    /** Ready when the API server accepts requests from Matcha. */
    reachable: (what: string): Promise<Outcome> =>
      attempt(what, async () => {
        await objects.list('v1', 'Namespace');
        return done;
      }),

    /** Creates an object unless it exists. Does not change an existing object. */
    async createOnce(object: KubernetesObject): Promise<void> {
      await fence.allowWrite();
      try {
        await twice(() =>
          sendingAsIs(object, () =>
            objects.create(structuredClone(object), undefined, undefined, FIELD_MANAGER),
          ),
        );
      } catch (error) {
        if (!isConflict(error)) throw withoutValues(error, secretsIn(object));
      }
    },

    /** Deletes an object; succeeds when the object or its kind does not exist. */
    remove,

    /** Deletes objects in reverse order of their application. */
    async removeAll(all: readonly KubernetesObject[]): Promise<void> {
      for (const wave of inWaves(all).reverse()) await Promise.all(wave.map(remove));
    },

    /** The objects of a kind in a namespace with these labels. */
    async list(apiVersion: string, kind: string, namespace: string, labels: Record<string, string>) {
      const selector = labelSelector(labels);
      const { items } = await twice(() =>
        objects.list(apiVersion, kind, namespace, undefined, undefined, undefined, undefined, selector),
      );
      return items as KubernetesObject[];
    },

    /**
     * Applies objects in dependency order; unchanged ones stay unchanged. Throws NotEstablishedError when a
     * kind is not served yet and objects of it may follow.
     */
    async apply(all: readonly KubernetesObject[]): Promise<void> {
      for (const wave of inWaves(all)) {
        await Promise.all(wave.map(apply));
        await requireEstablished(wave.filter(({ kind }) => kind === 'CustomResourceDefinition'));
      }
    },

    /** Which objects of a component are missing, being deleted, or in a namespace of another stack. */
    presence: (
      applied: readonly KubernetesObject[],
      made: readonly KubernetesObject[] = [],
    ): Promise<Presence> =>
      presenceOf(({ apiVersion, kind, metadata }) => read({ apiVersion, kind, ...metadata }), applied, made),

    /** Deletes the pods of workloads, so that new ones start. */
    async restart(workloads: readonly KubernetesObject[]): Promise<void> {
      const pods = await Promise.all(workloads.map((workload) => podsOf(connection, workload)));
      await Promise.all(
        pods.flat().map(({ metadata }) => remove({ apiVersion: 'v1', kind: 'Pod', metadata })),
      );
    },

    /**
     * Whether workloads and Gateways are ready; reports the first that is not. Throws an AbsentError for one
     * that does not exist.
     */
    async readiness(title: string, workloads: readonly KubernetesObject[], times: Times): Promise<Outcome> {
      const outcomes = await Promise.all(
        workloads.map(async ({ apiVersion, kind, metadata }) => {
          const found = (await read({ apiVersion, kind, ...metadata })) as WorkloadObject | undefined;
          if (found === undefined) throw new AbsentError(`${kind} ${metadata.name} does not exist`);
          if (kind === 'Gateway') return gatewayReadiness(found);
          if (isUp(found)) return done;
          const pods = await podsOf(connection, found);
          return readinessOf(title, found, pods, times, await warningOf(connection, found, pods, times));
        }),
      );
      return outcomes.find(({ state }) => state !== 'ready') ?? done;
    },

    /**
     * Calls a service through the API server's proxy, so that the service needs no public address. Sends an
     * idempotent request once more when its response is lost.
     */
    async call(namespace: string, service: { name: string; port: number }, request: ServiceRequest) {
      const path = servicePath(namespace, service, request.path);
      await fence.allowWrite();
      const send = () => callService(connection, path, request);
      return isIdempotent(request) ? twice(send) : send();
    },

    /** The end of the log of each container in a namespace, at most `tail` lines of each. */
    logs: (namespace: string, tail: number) => podLogs(connection, namespace, tail),

    /** Runs work and turns its errors into outcomes. */
    attempt,
  };
}

/** The values of a Secret. */
function secretsIn(object: KubernetesObject): string[] {
  const { stringData = {}, data = {} } = object as Partial<
    Record<'stringData' | 'data', Record<string, string>>
  >;
  const encoded = Object.values(data).map((value) => Buffer.from(value, 'base64').toString('utf8'));
  return [...Object.values(stringData), ...encoded];
}

async function podsOf({ objects }: Connection, workload: WorkloadObject): Promise<PodObject[]> {
  const { selector } = workload.spec as { selector?: { matchLabels?: Record<string, string> } };
  const { namespace } = workload.metadata;
  const list = await objects.list(
    'v1', 'Pod', namespace, undefined, undefined, undefined, undefined, labelSelector(selector?.matchLabels ?? {}),
  ); // prettier-ignore
  return list.items as PodObject[];
}

/** The newest warning about a workload that takes long. */
async function warningOf(
  { objects }: Connection,
  workload: WorkloadObject,
  pods: PodObject[],
  { now }: Times,
): Promise<string | undefined> {
  const subjects = subjectsOf(workload, pods, now);
  if (subjects === undefined) return undefined;
  const { items } = await objects.list(
    'v1', 'Event', workload.metadata.namespace, undefined, undefined, undefined, 'type=Warning',
  ); // prettier-ignore
  return newestWarning(items as EventObject[], subjects);
}

const labelSelector = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

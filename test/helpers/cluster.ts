import { decodeRecord, encodeRecord, type ReleaseRecord } from '../../lib/activities/release.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import { AKS_AUDIENCE } from '../../local/azure/index.ts';
import type { TestPlane } from './embedded.ts';

const RECORDS = 'matcha-system';

/** An object of a cluster, with the properties that tests read. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject['metadata'] & { uid: string; resourceVersion: string };
  type?: string;
  data?: Record<string, string>;
}

/** Whether an object comes and goes with a verification, which each provision is followed by. */
export const isOfVerification = ({ metadata }: KubernetesObject): boolean =>
  metadata.name.startsWith('verify-');

/** Reads and changes the simulated clusters of a control plane, independently of it. */
export function clustersOf(plane: TestPlane) {
  const clusterId = (stack: string): string =>
    (
      plane.azure.inventory().find((id) => id.toLowerCase().endsWith(`/managedclusters/${stack}-k8s`)) ?? ''
    ).toLowerCase();

  const objects = (stack: string) => plane.kubernetes.objects(clusterId(stack)) as LiveObject[];

  const kubectl = async (stack: string, method: string, path: string, body?: object): Promise<Response> => {
    const token = await plane.azure.credential.getToken(`${AKS_AUDIENCE}/.default`);
    return fetch(plane.kubernetes.endpoint(clusterId(stack)).server + path, {
      method,
      headers: {
        authorization: `Bearer ${token?.token ?? ''}`,
        'content-type': 'application/apply-patch+yaml',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  };

  const apply = async (stack: string, path: string, body: object): Promise<void> => {
    const response = await kubectl(stack, 'PATCH', `${path}?fieldManager=matcha&force=true`, body);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };

  const recordSecrets = (stack: string, component: string) =>
    objects(stack).filter(
      ({ kind, metadata }) =>
        kind === 'Secret' &&
        metadata.namespace === RECORDS &&
        metadata.labels?.['matcha.dev/component'] === component,
    );

  return {
    objects,
    kubectl,
    apply,
    recordSecrets,

    /** The release records of a component, newest first. */
    history: (stack: string, component: string): ReleaseRecord[] =>
      recordSecrets(stack, component)
        .map(({ data }) => decodeRecord(data?.['release'] ?? ''))
        .sort((a, b) => b.revision - a.revision),

    setRecord: (stack: string, record: ReleaseRecord): Promise<void> => {
      const name = `release.${record.component}.v${record.revision}`;
      const labels = {
        'matcha.dev/component': record.component,
        'matcha.dev/revision': String(record.revision),
      };
      return apply(stack, `/api/v1/namespaces/${RECORDS}/secrets/${name}`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, labels },
        type: 'matcha.dev/release.v1',
        data: { release: encodeRecord(record) },
      });
    },

    /** Deletes the release records of a component, so that its manifests are applied again. */
    async deleteReleases(stack: string, component: string): Promise<void> {
      for (const { metadata } of recordSecrets(stack, component))
        await kubectl(stack, 'DELETE', `/api/v1/namespaces/${RECORDS}/secrets/${metadata.name}`);
    },
  };
}

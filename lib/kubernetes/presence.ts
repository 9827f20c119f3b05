import type { KubernetesObject } from '../manifests/object.ts';

/** What of the objects of a component is not in the cluster, or not for long. */
export interface Presence {
  absent: KubernetesObject[];
  /** Objects that are being deleted. */
  deleting: KubernetesObject[];
  /** Objects that the tool creates itself, and that do not exist. */
  notMade: KubernetesObject[];
  /** Namespaces that belong to another stack. */
  foreign: { namespace: string; owner: string }[];
  /** The first loss as text, with the reason that the cluster states; undefined when everything is there. */
  loss?: string;
}

/** The stack of an object (lib/manifests/labels.ts). */
const STACK = 'app.kubernetes.io/instance';

interface Live extends KubernetesObject {
  metadata: KubernetesObject['metadata'] & { deletionTimestamp?: string };
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

interface Found {
  object: KubernetesObject;
  live: Live | undefined;
}

/**
 * Looks for the applied objects of a component, and for those that its tool makes itself. The tool may make an
 * object under one of several names, so that one object of a kind is enough. `read` returns undefined for an
 * object that does not exist. It is not asked for what a namespace that does not exist would hold: in a new cluster,
 * that is almost everything.
 */
export async function presenceOf(
  read: (object: KubernetesObject) => Promise<KubernetesObject | undefined>,
  applied: readonly KubernetesObject[],
  made: readonly KubernetesObject[] = [],
): Promise<Presence> {
  const find = (objects: readonly KubernetesObject[]): Promise<Found[]> =>
    Promise.all(objects.map(async (object) => ({ object, live: await read(object) })));
  const namespaces = await find(applied.filter(isNamespace));
  const gone = new Set(namespaces.filter(isAbsent).map(({ object }) => object.metadata.name));
  const isGone = ({ metadata }: KubernetesObject) => gone.has(metadata.namespace ?? '');
  const findWithin = async (objects: readonly KubernetesObject[]): Promise<Found[]> => [
    ...objects.filter(isGone).map((object) => ({ object, live: undefined })),
    ...(await find(objects.filter((object) => !isGone(object)))),
  ];
  const [others, tools] = await Promise.all([
    findWithin(applied.filter((object) => !isNamespace(object))),
    findWithin(made),
  ]);
  const found = [...namespaces, ...others];
  const kinds = new Set(tools.filter((tool) => !isAbsent(tool)).map(({ object }) => object.kind));
  const absent = found.filter(isAbsent);
  const deleting = found.filter(isDeleting);
  const notMade = tools.filter(({ object }) => !kinds.has(object.kind));
  const loss = [...deleting.map(deletion), ...[...absent, ...notMade].map(absence)].at(0);
  return {
    absent: objectsOf(absent),
    deleting: objectsOf(deleting),
    notMade: objectsOf(notMade),
    foreign: found.flatMap(foreignNamespace),
    ...(loss !== undefined && { loss }),
  };
}

const objectsOf = (found: readonly Found[]): KubernetesObject[] => found.map(({ object }) => object);

const isNamespace = ({ kind }: KubernetesObject): boolean => kind === 'Namespace';

const isAbsent = ({ live }: Found): boolean => live === undefined;

const isDeleting = ({ live }: Found): boolean => live?.metadata.deletionTimestamp !== undefined;

function foreignNamespace({ object: { kind, metadata }, live }: Found) {
  const owner = live?.metadata.labels?.[STACK];
  const isForeign = kind === 'Namespace' && owner !== undefined && owner !== metadata.labels?.[STACK];
  return isForeign ? [{ namespace: metadata.name, owner }] : [];
}

/**
 * A namespace states what is left in it, and the finalizers that nobody has removed: such a condition is true
 * (kubernetes, pkg/controller/namespace/deletion/status_condition_utils.go).
 */
function deletion({ object, live }: Found): string {
  const reasons = (live?.status?.conditions ?? []).flatMap(({ type, status, message }) =>
    type.startsWith('Namespace') && status === 'True' && message !== undefined ? [message] : [],
  );
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return `${nameOf(object)} is being deleted${why}`;
}

/** What is lost with an object of a kind. */
const LOSSES: Record<string, string> = {
  PersistentVolumeClaim: ', and its data with it',
  CustomResourceDefinition: ', and all objects of its kind with it',
};

const absence = ({ object }: Found): string => `${nameOf(object)} is absent${LOSSES[object.kind] ?? ''}`;

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

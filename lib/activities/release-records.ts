import type { Cluster } from '../kubernetes/index.ts';
import { callerAccounts } from '../manifests/connect.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { SYSTEM_NAMESPACE, systemMetadata, systemNamespace } from '../manifests/system.ts';
import {
  decodeRecord,
  encodeRecord,
  unfinished,
  type History,
  type Release,
  type ReleaseRecord,
} from './release.ts';

const TYPE = 'matcha.dev/release.v1';
const COMPONENT = 'matcha.dev/component';
const REVISION = 'matcha.dev/revision';
const COPY_FOR = 'matcha.dev/copy-for';

/** The number of release records that are kept per component. */
const KEPT = 3;

/**
 * Reads the release records of a component, newest first. Works also for a component that the catalogue no
 * longer has.
 */
export async function readHistory(cluster: Cluster, component: string): Promise<History> {
  const secrets = await cluster.list('v1', 'Secret', SYSTEM_NAMESPACE, { [COMPONENT]: component });
  return secrets.map(recordIn).sort((a, b) => b.revision - a.revision);
}

function recordIn(secret: KubernetesObject): ReleaseRecord {
  const { data } = secret as { data?: Record<string, string> };
  return decodeRecord(data?.['release'] ?? '');
}

/**
 * Records a release before it is applied, as the next revision, or as the same one when its record exists.
 * Deletes old records, except those of releases that may still have objects in the cluster.
 */
export async function beginRelease(
  cluster: Cluster,
  component: string,
  history: History,
  release: Release,
  more: Partial<Pick<ReleaseRecord, 'state' | 'previous' | 'failure'>> = {},
): Promise<ReleaseRecord> {
  const [newest] = history;
  const isSame = newest !== undefined && newest.digest === release.digest;
  const record: ReleaseRecord = {
    ...release,
    component,
    revision: (newest?.revision ?? 0) + (isSame ? 0 : 1),
    state: 'applying',
    ...more,
  };
  await cluster.createOnce(systemNamespace());
  for (const account of callerAccounts()) await cluster.createOnce(account);
  await writeRecord(cluster, record);
  const needed = unfinished(history);
  const isKept = (each: ReleaseRecord) => each.revision > record.revision - KEPT || needed.includes(each);
  for (const old of history.filter((each) => !isKept(each))) await cluster.remove(secretOf(old));
  return record;
}

/** Writes a record. */
export const writeRecord = (cluster: Cluster, record: ReleaseRecord): Promise<void> =>
  cluster.apply([{ ...secretOf(record), type: TYPE, data: { release: encodeRecord(record) } }]);

/** Deletes all records of a component and the copies of its secrets, after its objects are deleted. */
export async function forgetHistory(cluster: Cluster, component: string, history: History): Promise<void> {
  const copies = await cluster.list('v1', 'Secret', SYSTEM_NAMESPACE, { [COPY_FOR]: component });
  for (const { metadata } of copies) await cluster.remove({ apiVersion: 'v1', kind: 'Secret', metadata });
  for (const record of history.toReversed()) await cluster.remove(secretOf(record));
}

/** The copy of a generated secret of a component, without its values. */
export const copyOf = (
  { namespace, name }: { namespace: string; name: string },
  component: string,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: systemMetadata(`copy.${namespace}.${name}`, { [COPY_FOR]: component }),
  type: 'Opaque',
});

const secretOf = ({ component, revision }: ReleaseRecord): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: systemMetadata(`release.${component}.v${revision}`, {
    [COMPONENT]: component,
    [REVISION]: String(revision),
  }),
});

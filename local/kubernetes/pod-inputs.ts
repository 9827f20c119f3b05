import type { Cluster } from './cluster.ts';
import type { Container, DataHolder, Pod, PodSpec } from './objects.ts';

type Holder = 'secrets' | 'configmaps';

/** A reference of a pod to a Secret or ConfigMap, or to one of its keys. */
interface Input {
  holder: Holder;
  name: string;
  key?: string;
  optional?: boolean;
}

const input = (holder: Holder, ref: { name?: string; key?: string; optional?: boolean }): Input => ({
  holder,
  name: ref.name ?? '',
  ...(ref.key === undefined ? {} : { key: ref.key }),
  optional: ref.optional ?? false,
});

const envInputs = ({ env = [], envFrom = [] }: Container): Input[] => [
  ...env.flatMap(({ valueFrom: { secretKeyRef, configMapKeyRef } = {} }) => [
    ...(secretKeyRef ? [input('secrets', secretKeyRef)] : []),
    ...(configMapKeyRef ? [input('configmaps', configMapKeyRef)] : []),
  ]),
  ...envFrom.flatMap(({ secretRef, configMapRef }) => [
    ...(secretRef ? [input('secrets', secretRef)] : []),
    ...(configMapRef ? [input('configmaps', configMapRef)] : []),
  ]),
];

const volumeInputs = ({ volumes = [] }: PodSpec): Input[] =>
  volumes.flatMap(({ secret, configMap, projected }) => [
    ...(secret?.secretName ? [input('secrets', { ...secret, name: secret.secretName })] : []),
    ...(configMap ? [input('configmaps', configMap)] : []),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...(source.secret ? [input('secrets', source.secret)] : []),
      ...(source.configMap ? [input('configmaps', source.configMap)] : []),
    ]),
  ]);

const SINGULAR: Record<Holder, string> = { secrets: 'secret', configmaps: 'configmap' };
const KIND: Record<Holder, string> = { secrets: 'Secret', configmaps: 'ConfigMap' };

function missing(cluster: Cluster, namespace: string, inputs: Input[]): string | undefined {
  for (const { holder, name, key, optional } of inputs) {
    if (optional) continue;
    const object = cluster.get(holder, namespace, name);
    if (!object) return `${SINGULAR[holder]} "${name}" not found`;
    if (key !== undefined && textAt(object, key) === undefined) {
      return `couldn't find key ${key} in ${KIND[holder]} ${namespace}/${name}`;
    }
  }
  return undefined;
}

/** The error for a missing Secret or ConfigMap in the environment of the containers. */
export const missingEnvironment = (cluster: Cluster, { spec, metadata }: Pod): string | undefined =>
  missing(
    cluster,
    metadata.namespace ?? '',
    [...(spec.initContainers ?? []), ...spec.containers].flatMap(envInputs),
  );

/** The error for a missing Secret or ConfigMap in the volumes. */
export const missingVolume = (cluster: Cluster, { spec, metadata }: Pod): string | undefined =>
  missing(cluster, metadata.namespace ?? '', volumeInputs(spec));

/** The names of the PersistentVolumeClaims that the pod mounts. */
export const claimNames = ({ spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [],
  );

function textAt(object: DataHolder | undefined, key: string): string | undefined {
  const value = object?.data?.[key];
  if (value === undefined) return undefined;
  return object?.kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value;
}

/** The environment variables of a container, with the values of Secrets and ConfigMaps. */
export function environmentOf(
  cluster: Cluster,
  pod: Pod,
  { env = [], envFrom = [] }: Container,
): Record<string, string> {
  const namespace = pod.metadata.namespace ?? '';
  const get = (holder: Holder, name?: string) => cluster.get(holder, namespace, name ?? '');
  const environment: Record<string, string> = {};
  for (const { secretRef, configMapRef, prefix = '' } of envFrom) {
    const object = secretRef ? get('secrets', secretRef.name) : get('configmaps', configMapRef?.name);
    for (const key of Object.keys(object?.data ?? {})) environment[prefix + key] = textAt(object, key) ?? '';
  }
  for (const { name, value, valueFrom: { secretKeyRef, configMapKeyRef } = {} } of env) {
    const read = secretKeyRef
      ? textAt(get('secrets', secretKeyRef.name), secretKeyRef.key)
      : configMapKeyRef && textAt(get('configmaps', configMapKeyRef.name), configMapKeyRef.key);
    const text = value ?? read;
    if (text !== undefined)
      environment[name] = text.replace(/\$\((\w+)\)/g, (whole, other: string) => environment[other] ?? whole);
  }
  return environment;
}

/** The text of a mounted file of a Secret or ConfigMap; undefined if there is none. */
export function mountedFile(
  cluster: Cluster,
  pod: Pod,
  container: Container,
  path: string,
): string | undefined {
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    const base = mountPath.replace(/\/$/, '');
    const file =
      subPath && path === base
        ? subPath
        : path.startsWith(`${base}/`)
          ? path.slice(base.length + 1)
          : undefined;
    if (file === undefined) continue;
    const items = volume?.secret?.items ?? volume?.configMap?.items;
    const key = items?.find((item) => item.path === file)?.key ?? file;
    const namespace = pod.metadata.namespace ?? '';
    if (volume?.secret) return textAt(cluster.get('secrets', namespace, volume.secret.secretName ?? ''), key);
    if (volume?.configMap)
      return textAt(cluster.get('configmaps', namespace, volume.configMap.name ?? ''), key);
  }
  return undefined;
}

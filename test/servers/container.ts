import { randomBytes } from 'node:crypto';
import { at } from '../../lib/components/canary.ts';
import type { Component } from '../../lib/components/component.ts';
import type { PublicAccess } from '../../lib/domain/public-access.ts';
import { secretValues } from '../../lib/components/secrets.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import { CLIENT_ID, manifestContext } from '../components/contexts.ts';
import type { Image } from './images.ts';

/** The container in the manifests of a component. */
export interface Container {
  image: string;
  command?: string[];
  args?: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  ports: { name: string; containerPort: number }[];
  volumeMounts: { name: string; mountPath: string; subPath?: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  resources: { limits: { memory: string } };
  securityContext: { readOnlyRootFilesystem: boolean };
}

export interface Probe {
  httpGet: { path: string; port: string };
  periodSeconds: number;
  failureThreshold: number;
}

interface Service {
  metadata: { name: string };
  spec: { ports: { name: string; port: number; targetPort: string }[] };
}

/** The values of Secrets, by name and key. */
type Secrets = Map<string, Record<string, string>>;

/** What the process of a component needs of its manifests, with new secrets; with `access`, of a public stack. */
export function manifestParts(component: Component, access?: PublicAccess) {
  const workload = workloadOf(component);
  const objects = workload.manifests({ ...manifestContext(CLIENT_ID), ...(access && { public: access }) });
  return partsOf(
    component,
    objects,
    new Map(workload.secrets.map((secret) => [secret.name, secretValues(secret, randomText)])),
  );
}

/** What the process of a component needs of the objects of a cluster. */
export function clusterParts(component: Component, objects: KubernetesObject[]) {
  const own = objects.filter(({ metadata }) => metadata.namespace === workloadOf(component).namespace);
  const secrets = own.filter(({ kind }) => kind === 'Secret') as (KubernetesObject & ConfigMap)[];
  return partsOf(
    component,
    own,
    new Map(secrets.map(({ metadata, data }) => [metadata.name, decoded(data)])),
  );
}

const decoded = (data: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );

function workloadOf({ name, workload }: Component) {
  if (workload === undefined) throw new Error(`${name} has no workload.`);
  return workload;
}

function partsOf(component: Component, objects: KubernetesObject[], secrets: Secrets) {
  const template = at(objects.find(isWorkload), 'spec', 'template');
  const pod = at(template, 'spec');
  return {
    workload: workloadOf(component),
    clientId: clientIdOf(objects, template),
    container: at(pod, 'containers', 0) as Container,
    volumes: at(pod, 'volumes') as Volume[],
    hasServiceLinks: at(pod, 'enableServiceLinks') !== false,
    services: objects.filter(({ kind }) => kind === 'Service') as unknown as Service[],
    configMaps: new Map(
      (objects.filter(({ kind }) => kind === 'ConfigMap') as unknown as ConfigMap[]).map((object) => [
        object.metadata.name,
        object.data,
      ]),
    ),
    secrets,
  };
}

export type Parts = ReturnType<typeof partsOf>;

interface Volume {
  name: string;
  configMap?: { name: string };
  secret?: { secretName: string };
}

interface ConfigMap {
  metadata: { name: string };
  data: Record<string, string>;
}

/** The identity that the webhook of workload identity gives a pod: it asks for one, and its service account has one. */
function clientIdOf(objects: KubernetesObject[], template: unknown): string | undefined {
  if (at(template, 'metadata', 'labels', 'azure.workload.identity/use') !== 'true') return undefined;
  const name = at(template, 'spec', 'serviceAccountName');
  const account = objects.find(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name);
  return account?.metadata.annotations?.['azure.workload.identity/client-id'];
}

const isWorkload = ({ kind }: KubernetesObject) => kind === 'Deployment' || kind === 'StatefulSet';

const randomText = (length: number) => randomBytes(length).toString('hex').slice(0, length);

/**
 * The environment variables of the container: those of the kubelet for services of the namespace, then those of the
 * image, then those of the manifest.
 */
export function environmentOf({ container, services, hasServiceLinks, secrets }: Parts, image: Image) {
  const named = container.env.map(({ name, value, valueFrom }) => {
    const { name: secret = '', key = '' } = valueFrom?.secretKeyRef ?? {};
    const resolved = value ?? secrets.get(secret)?.[key];
    if (resolved === undefined) throw new Error(`${name} has no value: there is no secret ${secret}/${key}.`);
    return [name, resolved] as const;
  });
  return {
    ...serviceVariables('kubernetes', '10.0.0.1', [{ name: 'https', port: 443 }]),
    ...(hasServiceLinks &&
      Object.assign(
        {},
        ...services.map(({ metadata, spec }) => serviceVariables(metadata.name, '10.0.0.7', spec.ports)),
      )),
    ...image.environment,
    ...Object.fromEntries(named),
  } as Record<string, string>;
}

/** The variables that the kubelet sets for a service (kubernetes.io, "Accessing the Service"). */
function serviceVariables(service: string, address: string, ports: { name: string; port: number }[]) {
  const prefix = service.toUpperCase().replaceAll('-', '_');
  const first = ports[0]?.port ?? 0;
  const entries = ports.flatMap(({ name, port }) => [
    [`${prefix}_SERVICE_PORT_${name.toUpperCase()}`, `${port}`],
    [`${prefix}_PORT_${port}_TCP`, `tcp://${address}:${port}`],
    [`${prefix}_PORT_${port}_TCP_PROTO`, 'tcp'],
    [`${prefix}_PORT_${port}_TCP_PORT`, `${port}`],
    [`${prefix}_PORT_${port}_TCP_ADDR`, address],
  ]);
  return {
    [`${prefix}_SERVICE_HOST`]: address,
    [`${prefix}_SERVICE_PORT`]: `${first}`,
    [`${prefix}_PORT`]: `tcp://${address}:${first}`,
    ...(Object.fromEntries(entries) as Record<string, string>),
  };
}

const UNITS: Record<string, number> = { Mi: 1, Gi: 1024 };

/** The container's memory limit in MiB. */
export function memoryLimit({ container }: Parts): number {
  const [, number = '', unit = ''] = /^(\d+)(Mi|Gi)$/.exec(container.resources.limits.memory) ?? [];
  return Number(number) * (UNITS[unit] ?? NaN);
}

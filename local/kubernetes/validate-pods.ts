import { isRecord } from './objects.ts';
import { parseQuantity } from './quantities.ts';
import { causes } from './status.ts';
import type { Cause } from './status.ts';
import type { Container, EnvVar, PodSpec, Probe } from './objects.ts';

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
export const DNS_LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const PORT_RULE = 'must be between 1 and 65535, inclusive';

export const isDnsLabel = (name: unknown): name is string => typeof name === 'string' && DNS_LABEL.test(name);

export const portCauses = (port: unknown, path: string): Cause[] =>
  Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535
    ? []
    : [causes.invalid(path, port, PORT_RULE)];

/** A cause for each duplicate key. */
export function duplicateCauses(
  items: readonly unknown[],
  path: string,
  keyOf: (item: unknown) => unknown,
  leaf = '',
): Cause[] {
  const keys = items.map(keyOf);
  return keys.flatMap((key, index) =>
    key !== undefined && keys.indexOf(key) < index
      ? [causes.duplicate(`${path}[${String(index)}]${leaf}`, key)]
      : [],
  );
}

const nameOf = (item: unknown) => (isRecord(item) ? item['name'] : undefined);

function nameCauses(name: unknown, path: string): Cause[] {
  if (!name) return [causes.required(path)];
  return isDnsLabel(name) ? [] : [causes.invalid(path, name, DNS_LABEL_RULE)];
}

function envCauses(env: EnvVar[], path: string): Cause[] {
  const wrong = env.flatMap(({ name, value, valueFrom }, index) => {
    const at = `${path}[${String(index)}]`;
    if (!name) return [causes.required(`${at}.name`)];
    if (/[=]|[^\x20-\x7e]/.test(name)) {
      return [
        causes.invalid(
          `${at}.name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      ];
    }
    const both = value && valueFrom;
    return both
      ? [causes.invalid(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty')]
      : [];
  });
  return wrong;
}

function resourceCauses(
  { limits = {}, requests = {} }: NonNullable<Container['resources']>,
  path: string,
): Cause[] {
  const above = Object.entries(requests).filter(
    ([resource, quantity]) => (parseQuantity(quantity) ?? 0) > (parseQuantity(limits[resource]) ?? Infinity),
  );
  return above.map(([resource, quantity]) =>
    causes.invalid(
      `${path}.requests`,
      quantity,
      `must be less than or equal to ${resource} limit of ${limits[resource] ?? ''}`,
    ),
  );
}

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

function probeCauses(probe: Probe | undefined, path: string): Cause[] {
  if (!probe) return [];
  const handlers = HANDLERS.filter((handler) => probe[handler]);
  if (handlers.length === 0) return [causes.required(path, 'must specify a handler type')];
  return handlers
    .slice(1)
    .map((handler) => causes.forbidden(`${path}.${handler}`, 'may not specify more than 1 handler type'));
}

function containerCauses(container: Container, path: string, volumes: unknown[]): Cause[] {
  const ports = container.ports ?? [];
  const mounts = container.volumeMounts ?? [];
  return [
    ...nameCauses(container.name, `${path}.name`),
    ...(container.image ? [] : [causes.required(`${path}.image`)]),
    ...ports.flatMap(({ containerPort }, index) =>
      containerPort
        ? portCauses(containerPort, `${path}.ports[${String(index)}].containerPort`)
        : [causes.required(`${path}.ports[${String(index)}].containerPort`)],
    ),
    ...duplicateCauses(ports, `${path}.ports`, nameOf, '.name'),
    ...envCauses(container.env ?? [], `${path}.env`),
    ...mounts.flatMap(({ name, mountPath }, index) => [
      ...(mountPath ? [] : [causes.required(`${path}.volumeMounts[${String(index)}].mountPath`)]),
      ...(volumes.includes(name)
        ? []
        : [causes.notFound(`${path}.volumeMounts[${String(index)}].name`, name)]),
    ]),
    ...duplicateCauses(
      mounts,
      `${path}.volumeMounts`,
      (item) => (item as { mountPath?: string }).mountPath,
      '.mountPath',
    ).map(({ field }) => causes.invalid(field, mounts[0]?.mountPath, 'must be unique')),
    ...resourceCauses(container.resources ?? {}, `${path}.resources`),
    ...probeCauses(container.livenessProbe, `${path}.livenessProbe`),
    ...probeCauses(container.readinessProbe, `${path}.readinessProbe`),
    ...probeCauses(container.startupProbe, `${path}.startupProbe`),
  ];
}

/** Validates the spec of a pod. `claims` are the names of volumes from claim templates. */
export function podCauses(spec: PodSpec | undefined, path: string, claims: string[] = []): Cause[] {
  const containers = spec?.containers ?? [];
  const volumes = spec?.volumes ?? [];
  const names = [...volumes.map(({ name }) => name), ...claims];
  const lists = { containers, initContainers: spec?.initContainers ?? [] };
  return [
    ...volumes.flatMap(({ name }, index) => nameCauses(name, `${path}.volumes[${String(index)}].name`)),
    ...duplicateCauses(volumes, `${path}.volumes`, nameOf, '.name'),
    ...(containers.length === 0 ? [causes.required(`${path}.containers`)] : []),
    ...Object.entries(lists).flatMap(([list, items]) =>
      items.flatMap((container, index) =>
        containerCauses(container, `${path}.${list}[${String(index)}]`, names),
      ),
    ),
    ...duplicateCauses([...containers, ...lists.initContainers], `${path}.containers`, nameOf, '.name'),
  ];
}

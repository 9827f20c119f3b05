import { isDeepStrictEqual } from 'node:util';
import { immutableCauses } from './immutable-fields.ts';
import type { Kind } from './kinds.ts';
import { isRecord, recordAt } from './objects.ts';
import type {
  ApiObject,
  Claim,
  CustomResourceDefinition,
  DataHolder,
  Deployment,
  Job,
  LabelSelector,
  Pod,
  PodTemplate,
  Service,
  StatefulSet,
} from './objects.ts';
import { parseQuantity } from './quantities.ts';
import { matchesSelector } from './selectors.ts';
import { causes, invalid } from './status.ts';
import type { Cause } from './status.ts';
import { DNS_LABEL_RULE, duplicateCauses, isDnsLabel, podCauses, portCauses } from './validate-pods.ts';

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SERVICE_NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SERVICE_NAME_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Kinds whose names are not DNS subdomains. RBAC allows any path segment. */
const NAMES: Record<string, [pattern: RegExp, rule: string]> = {
  Namespace: [/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, DNS_LABEL_RULE],
  Service: [SERVICE_NAME, SERVICE_NAME_RULE],
  ...Object.fromEntries(
    ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map((kind) => [
      kind,
      [/^[^/%]+$/, "may not contain '/' or '%'"],
    ]),
  ),
};

function metadataCauses({ kind, metadata: { name, labels = {} } }: ApiObject): Cause[] {
  const [pattern, explanation] = NAMES[kind] ?? [SUBDOMAIN, SUBDOMAIN_RULE];
  const isName = name.length <= 253 && pattern.test(name);
  return [
    ...(isName ? [] : [causes.invalid('metadata.name', name, explanation)]),
    ...labelCauses(labels, 'metadata.labels'),
  ];
}

const labelCauses = (labels: Record<string, string>, path: string): Cause[] =>
  Object.values(labels)
    .filter((value) => !LABEL_VALUE.test(value))
    .map((value) => causes.invalid(path, value, LABEL_VALUE_RULE));

function templateCauses(template: PodTemplate | undefined, claims: string[] = []): Cause[] {
  return [
    ...labelCauses(template?.metadata?.labels ?? {}, 'spec.template.labels'),
    ...podCauses(template?.spec, 'spec.template.spec', claims),
  ];
}

function selectorCauses(kind: string, selector: LabelSelector | undefined, template?: PodTemplate): Cause[] {
  const labels = template?.metadata?.labels;
  if (selector && isDeepStrictEqual(selector, {}))
    return [causes.invalid('spec.selector', {}, `empty selector is invalid for ${kind.toLowerCase()}`)];
  // A missing selector matches nothing. For a DaemonSet, it is not required as such.
  const isMatch = selector !== undefined && matchesSelector(selector, labels);
  return [
    ...(selector || kind === 'DaemonSet' ? [] : [causes.required('spec.selector')]),
    ...(isMatch
      ? []
      : [
          causes.invalid(
            'spec.template.metadata.labels',
            labels ?? null,
            '`selector` does not match template `labels`',
          ),
        ]),
  ];
}

const workload = ({ kind, spec }: Deployment | StatefulSet): Cause[] => [
  ...((spec.replicas ?? 0) < 0
    ? [causes.invalid('spec.replicas', spec.replicas, 'must be greater than or equal to 0')]
    : []),
  ...selectorCauses(kind, spec.selector, spec.template),
  ...templateCauses(
    spec.template,
    'volumeClaimTemplates' in spec ? claimNames(spec.volumeClaimTemplates) : [],
  ),
];

const claimNames = (templates: StatefulSet['spec']['volumeClaimTemplates'] = []) =>
  templates.map(({ metadata }) => metadata?.name ?? '');

const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

const service = ({ spec }: Service): Cause[] => {
  const ports = spec.ports ?? [];
  const isExternal = spec.type === 'ExternalName' || spec.clusterIP === 'None';
  return [
    ...(ports.length === 0 && !isExternal ? [causes.required('spec.ports')] : []),
    ...ports.flatMap(({ name, port, targetPort }, index) => {
      const path = `spec.ports[${String(index)}]`;
      const unnamed = ports.length > 1 && !name ? [causes.required(`${path}.name`)] : [];
      const badName = name && !isDnsLabel(name) ? [causes.invalid(`${path}.name`, name, DNS_LABEL_RULE)] : [];
      const target = typeof targetPort === 'number' ? portCauses(targetPort, `${path}.targetPort`) : [];
      return [...unnamed, ...badName, ...portCauses(port, `${path}.port`), ...target];
    }),
    ...duplicateCauses(ports, 'spec.ports', (item) => (item as { name?: string }).name, '.name'),
    ...(SERVICE_TYPES.includes(spec.type ?? '')
      ? []
      : [causes.notSupported('spec.type', spec.type, SERVICE_TYPES)]),
  ];
};

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

const claim = ({ spec }: Claim): Cause[] => {
  const storage: unknown = spec.resources?.requests?.['storage'];
  const size = parseQuantity(storage);
  const unsupported = (spec.accessModes ?? []).filter((mode) => !ACCESS_MODES.includes(mode));
  return [
    ...(spec.accessModes?.length
      ? []
      : [causes.required('spec.accessModes', 'at least 1 access mode is required')]),
    ...unsupported.map((mode) => causes.notSupported('spec.accessModes', mode, ACCESS_MODES)),
    ...(storage === undefined ? [causes.required('spec.resources[storage]')] : []),
    ...(size !== undefined && size <= 0
      ? [causes.invalid('spec.resources[storage]', storage, 'must be greater than zero')]
      : []),
  ];
};

const DATA_KEY = /^[-._a-zA-Z0-9]+$/;
const dataKeys = (data: Record<string, unknown> | undefined): Cause[] =>
  Object.keys(data ?? {})
    .filter((key) => !DATA_KEY.test(key) || key === '.' || key === '..')
    .map((key) =>
      causes.invalid(
        `data[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );

/** MaxSecretSize of pkg/apis/core/types.go, which also applies to ConfigMaps: the total size of the values in bytes. */
const MAX_DATA = 1024 * 1024;

const bytesOf = (values: Record<string, string> = {}, encoding: 'utf8' | 'base64'): number =>
  Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value, encoding), 0);

/** ValidateConfigMap has an empty field path, which the API server prints as `[]`. */
const sizeCauses = (field: 'data' | '[]', size: number): Cause[] =>
  size > MAX_DATA ? [causes.tooLong(field, MAX_DATA)] : [];

/** The first member whose value is not valid base64. */
export const notBase64 = (data: unknown): string | undefined =>
  Object.entries(isRecord(data) ? data : {}).find(
    ([, value]) => typeof value === 'string' && !BASE64.test(value),
  )?.[0];

const RESTARTS = ['OnFailure', 'Never'];

/** The kinds with validation rules. Their schema is already checked. */
interface Checked {
  Deployment: Deployment;
  StatefulSet: StatefulSet;
  DaemonSet: Deployment;
  ReplicaSet: Deployment;
  Service: Service;
  PersistentVolumeClaim: Claim;
  Pod: Pod;
  Job: Job;
  Secret: DataHolder;
  ConfigMap: DataHolder;
  CustomResourceDefinition: CustomResourceDefinition;
}

const RULES: { [K in keyof Checked]: (object: Checked[K]) => Cause[] } = {
  Deployment: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicaSet: workload,
  Service: service,
  PersistentVolumeClaim: claim,
  Pod: ({ spec }) => podCauses(spec, 'spec'),
  Job: ({ spec }) => {
    const template = spec.template as PodTemplate | undefined;
    const policy = template?.spec?.restartPolicy;
    const field = 'spec.template.spec.restartPolicy';
    const supported = RESTARTS.map((value) => JSON.stringify(value)).join(', ');
    return [
      ...templateCauses(template),
      ...(policy === undefined ? [causes.required(field, `valid values: ${supported}`)] : []),
      ...(policy === undefined || RESTARTS.includes(policy)
        ? []
        : [causes.notSupported(field, policy, RESTARTS)]),
    ];
  },
  Secret: ({ data }) => [...dataKeys(data), ...sizeCauses('data', bytesOf(data, 'base64'))],
  ConfigMap: ({ data, binaryData }) => [
    ...dataKeys({ ...data, ...binaryData }),
    ...sizeCauses('[]', bytesOf(data, 'utf8') + bytesOf(binaryData, 'base64')),
  ],
  CustomResourceDefinition: ({ metadata, spec }) => {
    const expected = `${spec.names.plural}.${spec.group}`;
    const stored = spec.versions.filter(({ storage }) => storage).length;
    return [
      ...(metadata.name === expected
        ? []
        : [causes.invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
      ...(stored === 1
        ? []
        : [
            causes.invalid(
              'spec.versions',
              spec.versions.length,
              'must have exactly one version marked as storage version',
            ),
          ]),
    ];
  },
};

const isChecked = (kind: string): kind is keyof Checked => kind in RULES;

function ruleCauses(object: ApiObject): Cause[] {
  // The kind determines the type of the object, which the compiler cannot infer.
  return isChecked(object.kind) ? RULES[object.kind]({ spec: {}, ...object } as never) : [];
}

/** Required members of `spec`. Other kinds are validated as if each missing member was empty. */
const REQUIRED: Record<string, string[]> = {
  CustomResourceDefinition: ['group', 'names', 'scope', 'versions'],
};

function missingCauses({ kind, ...object }: ApiObject): Cause[] {
  const spec = recordAt(object, 'spec');
  return (REQUIRED[kind] ?? [])
    .filter((member) => spec[member] === undefined)
    .map((member) => causes.required(`spec.${member}`));
}

/**
 * Validates an object like the API server, for a creation (`before` is undefined) or an update.
 * @throws ApiError 422 with all violations.
 */
export function validate(kind: Kind, object: ApiObject, before: ApiObject | undefined): void {
  const missing = missingCauses(object);
  const found = [
    ...metadataCauses(object),
    ...(missing.length > 0 ? missing : ruleCauses(object)),
    ...(before && missing.length === 0 ? immutableCauses(object, before) : []),
  ];
  if (found.length > 0) throw invalid(kind, object.metadata.name, found);
}

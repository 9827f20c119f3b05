import { isDeepStrictEqual } from 'node:util';
import { recordAt } from './objects.ts';
import type { ApiObject, JsonRecord } from './objects.ts';
import { parseQuantity } from './quantities.ts';
import { causes } from './status.ts';
import type { Cause } from './status.ts';

const IMMUTABLE = 'field is immutable';

/** Immutable members of `spec`. */
const FIXED_MEMBERS: Record<string, string[]> = {
  Deployment: ['selector'],
  DaemonSet: ['selector'],
  ReplicaSet: ['selector'],
  Job: ['template', 'selector', 'completionMode'],
};

const STATEFULSET_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

type Compare = (spec: JsonRecord, before: JsonRecord, object: ApiObject, old: ApiObject) => Cause[];

const differs = (a: unknown, b: unknown) => !isDeepStrictEqual(a, b);
const isSet = (value: unknown) => value !== undefined && value !== '';

const dataOf = (object: ApiObject) => [object['data'], object['binaryData']];
const immutableData: Compare = (_spec, _before, object, old) =>
  old['immutable'] === true && (object['immutable'] !== true || differs(dataOf(object), dataOf(old)))
    ? [causes.forbidden('data', 'field is immutable when `immutable` is set')]
    : [];

const COMPARISONS: Record<string, Compare> = {
  StatefulSet: (spec, before) =>
    [...new Set([...Object.keys(spec), ...Object.keys(before)])].some(
      (member) => !STATEFULSET_MUTABLE.includes(member) && differs(spec[member], before[member]),
    )
      ? [
          causes.forbidden(
            'spec',
            `updates to statefulset spec for fields other than ${STATEFULSET_MUTABLE.slice(0, -1)
              .map((member) => `'${member}'`)
              .join(', ')} and 'minReadySeconds' are forbidden`,
          ),
        ]
      : [],
  Service: (spec, before) =>
    isSet(before['clusterIP']) &&
    before['type'] !== 'ExternalName' &&
    differs(spec['clusterIP'], before['clusterIP'])
      ? [causes.invalid('spec.clusterIP', spec['clusterIP'] ?? '', IMMUTABLE)]
      : [],
  PersistentVolumeClaim: (spec, before, _object, old) => {
    const isBound = recordAt(old, 'status')['phase'] === 'Bound';
    const others = (claim: JsonRecord) => ({
      ...claim,
      ...(isBound ? { resources: undefined } : {}),
      volumeName: undefined,
      volumeAttributesClassName: undefined,
    });
    const size = (claim: JsonRecord) =>
      parseQuantity(recordAt(recordAt(claim, 'resources'), 'requests')['storage']) ?? 0;
    if (differs(others(spec), others(before))) {
      return [
        causes.forbidden(
          'spec',
          'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        ),
      ];
    }
    return size(spec) < size(before)
      ? [causes.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : [];
  },
  Secret: (spec, before, object, old) => [
    ...immutableData(spec, before, object, old),
    ...(differs(object['type'], old['type']) ? [causes.invalid('type', object['type'], IMMUTABLE)] : []),
  ],
  ConfigMap: immutableData,
};

/** Kinds with an immutable `roleRef`. */
const ROLE_BINDINGS = ['RoleBinding', 'ClusterRoleBinding'];

/** The causes for changes of immutable fields. */
export function immutableCauses(object: ApiObject, old: ApiObject): Cause[] {
  const spec = recordAt(object, 'spec');
  const before = recordAt(old, 'spec');
  const fixed = (FIXED_MEMBERS[object.kind] ?? []).filter((member) => differs(spec[member], before[member]));
  return [
    ...fixed.map((member) => causes.invalid(`spec.${member}`, spec[member] ?? null, IMMUTABLE)),
    ...(COMPARISONS[object.kind]?.(spec, before, object, old) ?? []),
    ...(ROLE_BINDINGS.includes(object.kind) && differs(object['roleRef'], old['roleRef'])
      ? [causes.invalid('roleRef', object['roleRef'], 'cannot change roleRef')]
      : []),
  ];
}

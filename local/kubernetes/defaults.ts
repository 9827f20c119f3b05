import { isRecord } from './objects.ts';
import type { JsonRecord } from './objects.ts';

type Fill = (value: JsonRecord) => JsonRecord;

/** Adds defaults for absent members. */
const fill =
  (defaults: JsonRecord): Fill =>
  (value) => ({ ...defaults, ...value });

const mapRecords =
  (filler: Fill) =>
  (value: unknown): unknown =>
    Array.isArray(value) ? value.map((item: unknown) => (isRecord(item) ? filler(item) : item)) : value;

const mapMembers = (
  value: JsonRecord,
  members: Record<string, (member: unknown) => unknown>,
): JsonRecord => ({
  ...value,
  ...Object.fromEntries(
    Object.entries(members)
      .filter(([name]) => name in value)
      .map(([name, change]) => [name, change(value[name])]),
  ),
});

const whenRecord =
  (filler: Fill) =>
  (value: unknown): unknown =>
    isRecord(value) ? filler(value) : value;

const isLatest = (image: unknown) => typeof image === 'string' && /(?::latest|^[^:@]+|\/[^:@]+)$/.test(image);

const probe = whenRecord((value) => ({
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
  ...mapMembers(value, { httpGet: whenRecord(fill({ path: '/', scheme: 'HTTP' })) }),
}));

const container: Fill = (value) => ({
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: isLatest(value['image']) ? 'Always' : 'IfNotPresent',
  ...mapMembers(value, {
    ports: mapRecords(fill({ protocol: 'TCP' })),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
  }),
});

const volume: Fill = (value) =>
  mapMembers(value, {
    secret: whenRecord(fill({ defaultMode: 0o644 })),
    configMap: whenRecord(fill({ defaultMode: 0o644 })),
    projected: whenRecord(fill({ defaultMode: 0o644 })),
  });

const podSpec = whenRecord((value) => ({
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
  ...mapMembers(value, {
    containers: mapRecords(container),
    initContainers: mapRecords(container),
    volumes: mapRecords(volume),
  }),
}));

const template = whenRecord((value) => mapMembers(value, { spec: podSpec }));

const rollingUpdate = (strategy: unknown) =>
  isRecord(strategy) && strategy['type'] !== undefined && strategy['type'] !== 'RollingUpdate'
    ? strategy
    : {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
        ...(isRecord(strategy) ? strategy : {}),
      };

const claimSpec: Fill = (value) => ({ volumeMode: 'Filesystem', ...value });
const claim: Fill = (value) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  ...mapMembers(value, { spec: whenRecord(claimSpec) }),
});

/** The defaults of `spec` by kind, for fields that clients compare. */
const SPECS: Record<string, Fill> = {
  Deployment: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...mapMembers(spec, { template: template }),
    strategy: rollingUpdate(spec['strategy']),
  }),
  StatefulSet: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    ...mapMembers(spec, { template: template, volumeClaimTemplates: mapRecords(claim) }),
  }),
  DaemonSet: (spec) => ({ revisionHistoryLimit: 10, ...mapMembers(spec, { template: template }) }),
  Job: (spec) => ({
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    ...mapMembers(spec, { template: template }),
  }),
  Pod: (spec) => podSpec(spec) as JsonRecord,
  PersistentVolumeClaim: claimSpec,
  Service: (spec) => ({
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilyPolicy: 'SingleStack',
    ...mapMembers(spec, {
      ports: mapRecords((port) => ({ protocol: 'TCP', targetPort: port['port'], ...port })),
    }),
  }),
  NetworkPolicy: (spec) => ({ policyTypes: spec['egress'] ? ['Ingress', 'Egress'] : ['Ingress'], ...spec }),
};

const OBJECTS: Record<string, Fill> = {
  Secret: ({ stringData, ...secret }) => {
    if (!isRecord(stringData)) return fill({ type: 'Opaque' })(secret);
    const encoded = Object.entries(stringData).map(([key, value]) => [
      key,
      Buffer.from(String(value)).toString('base64'),
    ]);
    const data = isRecord(secret['data']) ? secret['data'] : {};
    return { type: 'Opaque', ...secret, data: { ...data, ...Object.fromEntries(encoded) } };
  },
};

/** Adds the defaults of the API server. */
export function withDefaults(object: JsonRecord): JsonRecord {
  const kind = String(object['kind']);
  const filled = OBJECTS[kind]?.(object) ?? object;
  const spec = SPECS[kind];
  return spec ? mapMembers(filled, { spec: whenRecord(spec) }) : filled;
}

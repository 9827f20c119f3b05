import fc from 'fast-check';
import type { Fault } from '../../local/faults.ts';
import type { OperationFault } from '../../local/azure/index.ts';
import { aks, arm } from '../faults/azure-faults.ts';

/** What goes wrong, and when: `at` counts the requests to Azure and Kubernetes since the start of the life. */
export type Incident = { at: number } & (
  | { kind: 'kill'; deploys: boolean }
  | ({ kind: 'request' } & Omit<Fault, 'path'> & { path: string })
  | ({ kind: 'operation' } & Omit<OperationFault, 'resource'> & { resource: string })
  | { kind: 'image'; pattern: string; reason: Broken; seconds: number }
  | { kind: 'tables'; answer: TableAnswer; seconds: number }
);

type Broken = 'ImagePullBackOff' | 'CrashLoopBackOff' | 'Unschedulable';

/**
 * What happens to requests to the tables: 503; no answer for some time, then none; an effect without an answer; neither
 * effect nor answer; a conflict of a transaction.
 */
export type TableAnswer = 'unavailable' | 'hangs' | 'answer lost' | 'request lost' | 'conflict';

/** What an incident is counted as. */
export function faultName(incident: Incident): string {
  switch (incident.kind) {
    case 'request':
      if (incident.loseResponse) return incident.respond ? 'request lost' : 'answer lost';
      return String(incident.respond?.status ?? 0);
    case 'operation':
      return incident.failure ? 'operation failed' : 'operation slow';
    case 'image':
      return incident.reason;
    case 'tables':
      return incident.answer;
    case 'kill':
      return 'kill';
  }
}

type Weighted<T> = { weight: number; arbitrary: fc.Arbitrary<T> };
const weigh = <T>(weight: number, arbitrary: fc.Arbitrary<T>): Weighted<T> => ({ weight, arbitrary });

const status = (target: Fault['target'], body: (code: number) => object, codes: readonly number[]) =>
  fc.constantFrom(...codes).map((code) => ({ target, respond: { status: code, body: body(code) } }));

/** Closes the connection. With a response, which is never sent, the request has no effect. */
const lost = (target: Fault['target']) =>
  fc.constantFrom({ target, loseResponse: true }, { target, loseResponse: true, respond: { status: 500 } });

const throttled = fc.constantFrom(1, 5, 15, 60).map((seconds) => ({
  target: 'arm' as const,
  respond: {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    body: arm('TooManyRequests', 'The request was throttled.'),
  },
}));

/** Answers by Azure, the methods they are for, and the paths. */
const azureRequest = fc.oneof(
  weigh(3, fc.record({ fault: throttled })),
  weigh(3, fc.record({ fault: status('arm', () => arm('InternalServerError', 'Try again.'), [500, 502, 503, 504]) })),
  weigh(4, fc.record({ fault: lost('arm'), method: fc.constantFrom('PUT', 'DELETE', 'POST', 'GET') })),
  weigh(2, fc.record({ fault: status('arm', () => arm('Conflict', 'Another operation is in progress.'), [409]), method: fc.constantFrom('PUT', 'DELETE') })),
  weigh(1, fc.record({ fault: status('arm', () => arm('AuthorizationFailed', 'The client does not have authorization.'), [403]) })),
  weigh(1, fc.record({ fault: status('arm', () => arm('InvalidAuthenticationToken', 'The access token is invalid.'), [401]) })),
  weigh(2, fc.record({ fault: status('arm', () => arm('ResourceNotFound', 'The resource was not found.'), [404]), method: fc.constant('GET'), path: fc.constantFrom('/resourceGroups/[^/]+$', '/resourceGroups/.*/providers/.*[^s]$') })),
); // prettier-ignore

const AZURE_PATHS = [
  '.',
  '.',
  'managedClusters',
  'storageAccounts',
  'roleAssignments',
  'resourceGroups/[^/]+$',
];

const reason = (code: number): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason: code === 409 ? 'Conflict' : 'InternalError',
  message: 'The server could not process the request.',
});

const clusterRequest = fc.oneof(
  weigh(3, fc.record({ fault: status('kubernetes', reason, [429, 500, 503, 504]) })),
  weigh(3, fc.record({ fault: lost('kubernetes') })),
  weigh(2, fc.record({ fault: status('kubernetes', reason, [409]), method: fc.constantFrom('PATCH', 'POST', 'PUT') })),
); // prettier-ignore

const CLUSTER_PATHS = ['.', '.', '/namespaces/', '/proxy/'];

const requestFault = (kind: fc.Arbitrary<{ fault: Omit<Fault, 'path'>; method?: string; path?: string }>, paths: string[]) =>
  fc.record({ drawn: kind, path: fc.constantFrom(...paths), times: fc.constantFrom(1, 1, 2, 5, 12) }).map(
    ({ drawn: { fault, method, path: own }, path, times }) => ({
      kind: 'request' as const,
      ...fault,
      ...(method !== undefined && { method }),
      path: own ?? path,
      times: fault.loseResponse ? Math.min(times, 2) : times,
    }),
  ); // prettier-ignore

const operation = fc
  .record({
    resource: fc.constantFrom(
      '/managedclusters/[^/]+$',
      '/storageaccounts/[^/]+$',
      '/registries/[^/]+$',
      '.',
    ),
    effect: fc.oneof(
      weigh(2, fc.constant({ slowdown: 3 })),
      weigh(2, fc.constant({ failure: aks('InternalOperationError', 'Internal server error.') })),
      weigh(1, fc.constant({ failure: aks('AllocationFailed', 'Not enough capacity in this region.') })),
    ),
  })
  .map(({ resource, effect }) => ({ kind: 'operation' as const, resource, ...effect }));

/** The process that starts after it may be one of the next release. */
const kill = fc.record({
  kind: fc.constant<'kill'>('kill'),
  deploys: fc.constantFrom(false, false, false, true),
});

const image = fc.record({
  kind: fc.constant<'image'>('image'),
  pattern: fc.constantFrom('mlflow', 'chroma', 'zenml', '.'),
  reason: fc.constantFrom<Broken>('ImagePullBackOff', 'CrashLoopBackOff', 'Unschedulable'),
  seconds: fc.constantFrom(60, 400, 2000),
});

const tables = fc.record({
  kind: fc.constant<'tables'>('tables'),
  answer: fc.constantFrom<TableAnswer>('unavailable', 'unavailable', 'hangs', 'answer lost', 'request lost', 'conflict'),
  seconds: fc.constantFrom(2, 30, 30, 120),
}); // prettier-ignore

/** Half of the incidents happen in the first provisions. Those after the end of a life do not happen. */
const at = fc.oneof(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 2500 }));

export const incident: fc.Arbitrary<Incident> = fc
  .record({
    at,
    what: fc.oneof(
      weigh(3, kill),
      weigh(6, requestFault(azureRequest, AZURE_PATHS)),
      weigh(3, requestFault(clusterRequest, CLUSTER_PATHS)),
      weigh(2, operation),
      weigh(1, image),
      weigh(3, tables),
    ),
  })
  .map(({ at: due, what }): Incident => ({ at: due, ...what }));

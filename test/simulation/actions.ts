import fc from 'fast-check';

/** A request of a caller. */
export interface Action {
  stack: string;
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below `/stacks/NAME`; CANCEL is below its active operation. */
  path: string;
  body?: object;
  /** The chosen part of the operation id. */
  id: string;
  /** Set when the action has the operation id of the action before it, of the same caller. */
  reuses?: true;
  /** The number of times that it is sent at once. */
  copies: number;
  /** Simulated seconds before the request. */
  pause: number;
  /** Whether the caller waits for the end of the operation that it starts. */
  waits: boolean;
}

/** Whether the request reveals secrets on purpose. */
export const reveals = ({ path }: Pick<Action, 'path'>): boolean =>
  path.includes('reveal=true') || path === CREDENTIALS;

export const CANCEL = '/cancel';

const CREDENTIALS = '/credentials';

type Call = Pick<Action, 'method' | 'path' | 'body'>;

export const STACKS = ['ada', 'bob', 'cyd'];

const REGION = 'uksouth';

export const GPU_SIZE = 'Standard_NC4as_T4_v3';

const body = fc.record({
  location: fc.constant(REGION),
  components: fc.constantFrom(
    ['mlflow'],
    ['chroma'],
    ['mlflow', 'chroma'],
    ['mlflow', 'evidently'],
    ['registry', 'zenml', 'mlflow'],
    ['registry', 'dvc', 'zenml', 'mlflow', 'seldon'],
    ['registry', 'dvc', 'zenml', 'mlflow', 'seldon', 'chroma'],
  ),
  cluster: fc.constantFrom(
    {},
    {},
    { maxNodes: 5 },
    { minNodes: 2, maxNodes: 4 },
    { nodeSize: 'Standard_D8s_v5' },
    { gpu: { nodeSize: GPU_SIZE, maxNodes: 1 } },
  ),
  access: fc.constantFrom(
    { kind: 'private' },
    { kind: 'private' },
    { kind: 'private' },
    { kind: 'public', allowFrom: ['203.0.113.0/24'] },
  ),
  storage: fc.record({ sharedKeyAccess: fc.boolean() }),
  tags: fc.constantFrom({}, { team: 'ml' }, { team: 'data', cost: '42' }),
});

/** Changes who uses a stack, and nothing else of one that exists. */
const members = fc.record({
  location: fc.constant(REGION),
  members: fc.constantFrom(['lin'], ['lin', 'kim'], ['kim'], []),
});

const refused = fc.constantFrom(
  { location: 'atlantis' },
  { location: 'northeurope', components: ['mlflow'] },
  { location: REGION, components: ['nothing'] },
  { location: REGION, components: ['zenml'] },
  { location: REGION, cluster: { minNodes: 5, maxNodes: 2 } },
  { location: REGION, tags: { 'matcha-stack': 'other' } },
);

const call = (method: Action['method'], path: string, content?: object): fc.Arbitrary<Call> =>
  fc.constant({ method, path, ...(content && { body: content }) });

const put = (content: fc.Arbitrary<object>): fc.Arbitrary<Call> =>
  fc.record({
    method: fc.constant<'PUT'>('PUT'),
    path: fc.constantFrom('', '?allowRemoval=true', '?allowRemoval=true'),
    body: content,
  });

/** What callers request, by weight. */
const CALLS: readonly [weight: number, fc.Arbitrary<Call>][] = [
  [12, put(body)],
  [1, put(refused)],
  [4, call('POST', '/hibernate')],
  [4, call('POST', '/wake')],
  [2, call('POST', '/upgrade')],
  [2, call('POST', '/verify')],
  [3, call('DELETE', '')],
  [1, call('DELETE', '?keepData=true')],
  [2, put(members)],
  [1, call('POST', '/unlock', {})],
  [3, call('POST', '/unlock', { force: true })],
  [2, call('POST', CANCEL, {})],
  [1, call('POST', '/plan', { location: REGION, components: ['mlflow'] })],
  [2, call('GET', '/outputs?reveal=true')],
  [1, call('GET', '/environment?reveal=true')],
  [2, call('POST', CREDENTIALS, {})],
  [1, call('POST', '/images', { requirements: 'xgboost==3.1.2\n' })],
  ...['', '/events', '/inventory', '/receipts', '/outputs', '/images'].map(
    (path): [number, fc.Arbitrary<Call>] => [1, call('GET', path)],
  ),
];

/** Requests that end a running operation. */
const ENDS_OPERATION = /^\/(unlock|cancel)$/;

/** One in `n`. */
const rarely = (n: number) => fc.nat({ max: n - 1 }).map((drawn) => drawn === 0);

/** An action before it has a stack and an operation id. */
export interface Draft extends Omit<Action, 'stack' | 'id'> {
  /** Whether it concerns the stack of the caller, or that of another one. */
  isOwn: boolean;
}

const draft = (request: fc.Arbitrary<Call>): fc.Arbitrary<Draft> =>
  fc
    .record({
      isOwn: fc.constantFrom(true, true, false),
      request,
      isReuse: rarely(12),
      copies: fc.constantFrom(1, 1, 1, 1, 1, 2, 3),
      pause: fc.constantFrom(0, 0, 5, 40, 200),
      waits: fc.constantFrom(true, true, true, false),
    })
    .map(({ request: what, isOwn, isReuse, ...rest }) => ({
      ...rest,
      ...what,
      // A caller mostly waits for its own operations: those of others are there to be ended.
      isOwn: isOwn && !ENDS_OPERATION.test(what.path),
      ...(isReuse && { reuses: true }),
    }));

/** The first action of a caller creates its stack, so that the others meet one. */
export const opening = draft(put(body)).map(({ reuses: _, ...first }): Draft => ({ ...first, isOwn: true }));

export const action = draft(fc.oneof(...CALLS.map(([weight, arbitrary]) => ({ weight, arbitrary }))));

import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationIds, routes, type OperationId, type Route } from '../../lib/api/routes.ts';
import { operationIdOf } from '../../lib/domain/operation-id.ts';
import { personOf, RELATIONS, ROLES, type Relation, type Role } from '../../lib/domain/principal.ts';
import { PEOPLE, type LocalPerson } from '../../local/people.ts';
import { operationRecord, stackRecord } from '../helpers/records.ts';
import { startSignedIn, type SignedInPlane } from '../helpers/sign-in.ts';

/** What a request needs, and how it is answered then. */
interface Expected {
  /** Absent where nobody needs to sign in. */
  role?: Role;
  /** Without it, everybody with the role; an Admin always. */
  relations?: readonly Relation[];
  /** The answer to those who may: the requests are made so that they start nothing. */
  allowed: number;
  path?: string;
  query?: string;
  body?: object;
}

const TEAM = ['owner', 'member'] as const;
const REQUEST = { location: 'uksouth', components: ['mlflow'] };
const IMAGE = { requirements: 'numpy==2.0.0' };

/** For each route what it needs, with the variants of a request that need something else. */
const EXPECTED: Record<OperationId, Expected | Record<string, Expected>> = {
  listStacks: { role: 'Reader', allowed: 200 },
  getStack: { role: 'Reader', allowed: 200 },
  planStack: { role: 'Reader', allowed: 200, body: REQUEST },
  provisionStack: {
    'an existing stack': { role: 'Operator', relations: TEAM, allowed: 412, body: REQUEST },
    'other members': {
      role: 'Operator',
      relations: ['owner'],
      allowed: 412,
      body: { ...REQUEST, members: [] },
    },
    'a new stack': { role: 'Operator', allowed: 412, body: REQUEST, path: '/stacks/newone' },
  },
  destroyStack: { role: 'Operator', relations: ['owner'], allowed: 412 },
  getInventory: { role: 'Reader', allowed: 200 },
  listReceipts: { role: 'Reader', allowed: 200 },
  upgradeStack: { role: 'Operator', relations: TEAM, allowed: 412 },
  planStackUpgrade: { role: 'Reader', allowed: 200 },
  hibernateStack: { role: 'Operator', relations: TEAM, allowed: 412 },
  wakeStack: { role: 'Operator', relations: TEAM, allowed: 412 },
  verifyStack: { role: 'Operator', relations: TEAM, allowed: 412 },
  getOutputs: {
    'without secrets': { role: 'Reader', allowed: 200 },
    'with secrets': { role: 'Reader', relations: TEAM, allowed: 409, query: 'reveal=true' },
  },
  getEnvironment: {
    'without secrets': { role: 'Reader', allowed: 200 },
    'with secrets': { role: 'Reader', relations: TEAM, allowed: 409, query: 'reveal=true' },
  },
  issueCredentials: { role: 'Reader', relations: TEAM, allowed: 409 },
  readLogs: { role: 'Reader', relations: TEAM, allowed: 409 },
  getCluster: { role: 'Reader', allowed: 200 },
  listEvents: { role: 'Reader', allowed: 200 },
  unlockStack: {
    'of a dead operation': { role: 'Operator', relations: TEAM, allowed: 409, body: {} },
    'of any operation': { role: 'Admin', allowed: 409, body: { force: true } },
  },
  getOperation: { role: 'Reader', allowed: 200 },
  cancelOperation: { role: 'Operator', relations: TEAM, allowed: 409 },
  buildImage: { role: 'Operator', relations: TEAM, allowed: 409, body: IMAGE },
  listImages: { role: 'Reader', allowed: 409 },
  getImage: { role: 'Reader', allowed: 404 },
  getImageLog: { role: 'Reader', allowed: 404 },
  createLink: { role: 'Reader', allowed: 201, body: { channel: 'slack' } },
  listLinks: {
    'of the caller': { role: 'Reader', allowed: 200 },
    'of everybody': { role: 'Admin', allowed: 200, query: 'all=true' },
  },
  removeLinks: {
    'of the caller': { role: 'Reader', allowed: 200 },
    'of somebody else': { role: 'Admin', allowed: 200, query: `person=${PEOPLE.max.id}` },
  },
  readCatalogue: { role: 'Reader', allowed: 200 },
  whoAmI: { role: 'Reader', allowed: 200 },
  listAccessEvents: { role: 'Admin', allowed: 200 },
  readSignIn: { allowed: 200 },
  readHealth: { allowed: 200 },
  readOpenApi: { allowed: 200 },
};

const STACK = 'shared';
const OPERATION = operationIdOf(STACK, '1');
const PARAMETERS: Record<string, string> = {
  ...{ name: STACK, id: OPERATION, image: 'ca1', component: 'mlflow', channel: 'slack' },
};
const PERSON: Record<Relation, LocalPerson> = { owner: PEOPLE.ada, member: PEOPLE.lin, stranger: PEOPLE.kim };

/** The callers, by name, with what they are. */
const CALLERS: { name: string; person?: LocalPerson; role?: Role; relation?: Relation }[] = [
  { name: 'nobody' },
  ...RELATIONS.map((relation) => {
    const { role: _, ...person } = PERSON[relation];
    return { name: `${relation} without a role`, person, relation };
  }),
  ...ROLES.flatMap((role) =>
    RELATIONS.map((relation) => ({
      name: `${relation} who is ${role}`,
      person: { ...PERSON[relation], role },
      role,
      relation,
    })),
  ),
];

function statusFor(
  { role: needed, relations, allowed }: Expected,
  { person, role, relation }: (typeof CALLERS)[number],
): number {
  if (needed === undefined) return allowed;
  if (person === undefined) return 401;
  if (role === undefined || ROLES.indexOf(role) < ROLES.indexOf(needed)) return 403;
  const isRelated = relations === undefined || (relation !== undefined && relations.includes(relation));
  return isRelated || role === 'Admin' ? allowed : 403;
}

let plane: SignedInPlane;
/** The headers of each caller. */
let headersOf: Map<string, Record<string, string>>;

beforeAll(async () => {
  plane = await startSignedIn();
  headersOf = new Map(CALLERS.map(({ name, person }) => [name, person ? plane.as(person) : {}]));
  const stack = stackRecord(STACK);
  const [owner, member] = [personOf(PERSON.owner), personOf(PERSON.member)];
  await plane.store.commit({
    stack: { ...stack, spec: { ...stack.spec, owner, members: [member] } },
    etag: undefined,
    operation: operationRecord(STACK, '1'),
    event: {
      ...{ at: '2026-01-01T00:00:00.000Z', kind: 'provision.requested', message: '' },
      ...{ actor: 'ada', channel: 'api' },
    },
  });
});
afterAll(() => plane.close());

test('every route says what it needs', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual([...operationIds].sort());
});

const CASES = Object.entries(EXPECTED).flatMap(([id, rows]): [string, OperationId, Expected][] =>
  'allowed' in rows
    ? [[id, id as OperationId, rows as Expected]]
    : Object.entries(rows).map(([name, row]) => [`${id}, ${name}`, id as OperationId, row]),
);

test.each(CASES)('%s', async (_, id, expected) => {
  const route: Route = routes[id];
  const named = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? name);
  const path = `${expected.path ?? named}?${expected.query ?? ''}`;
  const answers = CALLERS.map(async (caller) => {
    // No stack has this ETag, so those who may start an operation start none.
    const headers = { 'if-match': '"none"', ...headersOf.get(caller.name) };
    const { status } = await plane.api(route.method, path, expected.body, headers);
    return [caller.name, status];
  });
  expect(await Promise.all(answers)).toEqual(
    CALLERS.map((caller) => [caller.name, statusFor(expected, caller)]),
  );
});

test('none of these requests started anything', async () => {
  expect(plane.azure.inventory()).toEqual([]);
  expect((await plane.store.listOperations(STACK)).map(({ value }) => value.id)).toEqual([OPERATION]);
  expect(await plane.store.listStackNames()).toEqual([STACK]);
});

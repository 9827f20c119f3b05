import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureLines } from '../../cli/render/problem.ts';
import { plain } from '../../cli/render/text.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { aks, arm, PATHS, REFUSALS, type Trouble } from './azure-refusals.ts';

let plane: TestPlane;

beforeAll(async () => {
  // Slow enough that a busy machine does not run out of simulated time.
  plane = await startPlane({ speed: 200 });
});
afterAll(() => plane.close());

function arrange(stack: string, { on, times = 1, ...trouble }: Trouble): void {
  const path = PATHS[on](stack);
  if ('ends' in trouble) plane.azure.injectFault({ resource: path, times, failure: trouble.ends });
  else {
    plane.faults.add({ target: 'arm', method: 'PUT', path, times, respond: trouble });
  }
}

const REQUEST = { location: 'uksouth', components: ['mlflow', 'registry'] };

let stacks = 0;
const AT_ONCE = 8;

/** Provisions a stack of its own into each trouble, some at a time; the results are in the same order. */
async function provisionInto(troubles: readonly Trouble[]): Promise<OperationView[]> {
  const results: OperationView[] = [];
  const queue = troubles.entries();
  const work = async () => {
    for (const [index, trouble] of queue) {
      const stack = `az${String((stacks += 1))}x`;
      arrange(stack, trouble);
      results[index] = await plane.provision(stack, REQUEST);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

test('a refusal of Azure’s is told with a code, its cause and what to do', async () => {
  const entries = Object.entries(REFUSALS);
  const operations = await provisionInto(entries.map(([, [trouble]]) => trouble));
  for (const [index, operation] of operations.entries()) {
    const [name, [, [code, cause, remedy]]] = entries[index]!;
    expect(operation.state, name).toBe('Failed');
    expect(operation.problem, name).toMatchObject({
      code,
      cause: expect.stringMatching(cause) as unknown,
      operationId: operation.id,
    });
    const shown = failureLines(operation, { width: 1000, paint: plain }).join('\n');
    expect(shown, name).toMatch(new RegExp(`^✖ .+ ${code}$`, 'm'));
    expect(shown, name).toMatch(new RegExp(`What +.*${cause.source}`));
    expect(shown, name).toMatch(new RegExp(`Do +(.|\\n)*${remedy.source}`));
  }
});

const PASSING: Record<string, Trouble> = {
  'a cluster that is busy': {
    on: 'cluster',
    times: 2,
    status: 409,
    body: aks('OperationNotAllowed', 'Operation is not allowed: Another operation (Updating) is in progress, please wait for it to finish before starting a new operation.'),
  },
  'an operation that another preempted': {
    on: 'cluster',
    ends: { code: 'OperationPreempted', message: 'The operation was preempted by a more recent operation.' },
  },
  'a role that has not arrived': {
    on: 'group',
    times: 2,
    status: 403,
    body: arm('AuthorizationFailed', "The client 'c' with object id '1234' does not have authorization to perform action 'x/write' over scope '/y'."),
  },
  'an identity that is not known yet': {
    on: 'role',
    times: 3,
    status: 400,
    body: arm('PrincipalNotFound', 'Principal 1234 does not exist in the directory 5678.'),
  },
  'a role that is assigned already': {
    on: 'role',
    status: 409,
    body: arm('RoleAssignmentExists', 'The role assignment already exists.'),
  },
  'a group that is not known everywhere yet': {
    on: 'registry',
    status: 404,
    body: arm('ResourceGroupNotFound', "Resource group 'x' could not be found."),
  },
  'a group whose deletion ends just now': {
    on: 'group',
    times: 2,
    status: 409,
    body: arm('ResourceGroupBeingDeleted', 'The resource group is in deprovisioning state.'),
  },
  'too many requests': {
    on: 'storage',
    times: 2,
    status: 429,
    headers: { 'retry-after': '5' },
    body: arm('TooManyRequests', 'The request is being throttled.'),
  },
  'a limit that is told with another status': {
    on: 'cluster',
    times: 2,
    status: 400,
    body: arm('SubscriptionRequestsThrottled', 'Number of requests exceeded the limit. Please try again after 6 seconds.'),
  },
  'an error of Azure’s own': {
    on: 'registry',
    times: 2,
    status: 500,
    body: arm('InternalServerError', 'An unexpected error has occurred.'),
  },
  'a gateway that says nothing': { on: 'identity', times: 2, status: 503, body: {} },
  'two credentials written at once': {
    on: 'federation',
    times: 2,
    status: 409,
    body: arm('ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity', 'Too many are written concurrently.'),
  },
  'a storage account that is busy': {
    on: 'storage',
    times: 2,
    status: 409,
    body: arm('StorageAccountOperationInProgress', 'An operation is currently performing on this storage account.'),
  },
}; // prettier-ignore

test('what passes by itself is waited for', async () => {
  const entries = Object.entries(PASSING);
  const operations = await provisionInto(entries.map(([, trouble]) => trouble));
  for (const [index, operation] of operations.entries()) {
    const [name] = entries[index]!;
    expect(operation.problem, name).toBeUndefined();
    expect(operation.state, name).toBe('Succeeded');
  }
});

test('the command line tells it, with what to do', async () => {
  const names = [
    'policy, named in the message',
    'lock on the group',
    'service not registered',
    'subscription disabled',
    'size without capacity',
  ];
  await Promise.all(
    names.map(async (name, index) => {
      const [trouble, [code, , remedy]] = REFUSALS[name]!;
      const stack = `cli${String(index)}`;
      arrange(stack, trouble);
      const run = await matcha(plane.url)(
        ...['provision', stack, '--location', 'uksouth', '--components', 'mlflow,registry', '--yes'],
      );
      expect(run.code, name).toBe(1);
      const told = run.stderr.replaceAll(/\s+/g, ' ');
      expect(told).toContain(code);
      expect(told).toMatch(remedy);
    }),
  );
});

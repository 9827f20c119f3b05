import { expect, test } from 'vitest';
import { COMMANDS } from '../../cli/command-table.ts';
import { commandOf, FLAG_OF, remedyLines } from '../../cli/render/remedy.ts';
import { REMEDY_ACTIONS, type Remedy } from '../../lib/domain/remedy.ts';
import { look } from './views.ts';

const remedy = (action: Remedy['action'], given?: NonNullable<Remedy['arguments']>): Remedy => ({
  action,
  text: 'Do it.',
  ...(given && { arguments: given }),
});

const CONTEXT = { stack: 'demo', kind: 'upgrade' } as const;

test.each<[Remedy, string]>([
  [remedy('provisionStack', { 'cluster.nodeSize': 'Standard_D4as_v5' }), 'matcha provision demo --node-size Standard_D4as_v5'],
  [remedy('provisionStack', { name: 'other', preset: 'llm' }), 'matcha provision other --preset llm'],
  [remedy('provisionStack', { 'cluster.onShortage.do': 'wait', 'cluster.onShortage.upTo': 'P3D' }), 'matcha provision demo --wait-for-quota 3d'],
  [remedy('provisionStack', { 'cluster.onShortage.do': 'fallback', 'cluster.onShortage.nodeSizes': ['A', 'B'] }), 'matcha provision demo --fallback-sizes A,B'],
  [remedy('provisionStack', { 'access.kind': 'public', 'access.allowFrom': ['10.0.0.0/8', '::/0'] }), 'matcha provision demo --public 10.0.0.0/8 ::/0'],
  [remedy('provisionStack', { 'cluster.gpu': false }), 'matcha provision demo --no-gpu'],
  [remedy('provisionStack', { 'access.kind': 'private' }), 'matcha provision demo --private'],
  [remedy('provisionStack', { 'storage.sharedKeyAccess': true }), 'matcha provision demo --shared-keys'],
  [remedy('provisionStack', { members: ['lin', 'kim k'] }), "matcha provision demo --member lin --member 'kim k'"],
  [remedy('provisionStack', { members: [] }), 'matcha provision demo --no-members'],
  [remedy('planStack'), 'matcha plan demo'],
  [remedy('destroyStack', { keepData: true }), 'matcha destroy demo --keep-data'],
  [remedy('unlockStack', { force: true }), 'matcha unlock demo --force'],
  [remedy('getStack'), 'matcha status demo'],
  [remedy('getOperation'), 'matcha watch demo'],
  [remedy('getOutputs'), 'matcha get --stack demo'],
  [remedy('repeatOperation'), 'matcha upgrade demo'],
  [remedy('runAzureCli', { command: 'az lock list' }), 'az lock list'],
  [remedy('openUrl', { url: 'https://portal.azure.com' }), 'https://portal.azure.com'],
])('%o is typed as %s', (given, command) => {
  expect(commandOf(given, CONTEXT)).toBe(command);
}); // prettier-ignore

test('a remedy without a flag, and one for a person, has no command', () => {
  expect(commandOf(remedy('provisionStack', { 'lifetime.protected': false }), CONTEXT)).toBeUndefined();
  expect(commandOf(remedy('provisionStack', { 'cluster.gpu.spot': false }), CONTEXT)).toBeUndefined();
  expect(commandOf(remedy('manual'), CONTEXT)).toBeUndefined();
});

test('without a stack or an operation only some remedies have a command', () => {
  const known = REMEDY_ACTIONS.filter((action) => commandOf(remedy(action), {}) !== undefined);
  expect(known).toEqual([
    'provisionStack',
    'listStacks',
    'getOutputs',
    'buildImage',
    'listImages',
    'readCatalogue',
    'signIn',
  ]);
});

test('a value is one word for a shell, without control characters', () => {
  expect(commandOf(remedy('getStack', { name: 'a; rm -rf ~' }), {})).toBe("matcha status 'a; rm -rf ~'");
  expect(commandOf(remedy('runAzureCli', { command: 'az\u001b[2J list' }), {})).toBe('az [2J list');
});

test('remedies use existing commands and flags', () => {
  const flags = new Set(COMMANDS.flatMap(({ flags = [] }) => flags.map(([names]) => names.split(' ')[0])));
  for (const flag of Object.values(FLAG_OF).filter((name) => name !== '')) expect(flags).toContain(flag);
  const verbs = new Set(COMMANDS.map(({ usage }) => usage.split(' ')[0]));
  for (const action of REMEDY_ACTIONS) {
    const [program, verb] = commandOf(remedy(action), CONTEXT)?.split(' ') ?? [];
    if (program === 'matcha') expect(verbs).toContain(verb);
  }
});

test.each([80, 120])('commands stay in one piece at a width of %d', (width) => {
  const command = `az role assignment create --scope /subscriptions/${'0'.repeat(120)}`;
  const remedies = [
    remedy('runAzureCli', { command }),
    { action: 'manual' as const, text: 'word '.repeat(40) },
  ];
  const lines = remedyLines(remedies, {}, look(width));
  expect(lines).toContain(`  ${command}`);
  for (const line of lines) if (!line.includes(command)) expect(line.length).toBeLessThanOrEqual(width);
});

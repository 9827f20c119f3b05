import { expect, test } from 'vitest';
import type { Following } from '../../lib/domain/chat-run.ts';
import { failed, pending, ready } from '../../lib/domain/outcome.ts';
import { problem } from '../../lib/domain/problem.ts';
import { converse } from '../../orchestrations/chat.ts';
import { driveOrchestrator, type ActivityStub } from '../helpers/orchestrator-driver.ts';

const FOLLOWING: Following = {
  channel: 'slack',
  operation: 'demo-1',
  reference: { channel: 'C1', ts: '1' },
  shown: 'a',
};
const MINUTE = 60_000;

const run = (stubs: Record<string, ActivityStub>) =>
  driveOrchestrator(converse, { request: { text: 'provision demo' } }, () => stubs);

const namesOf = ({ calls }: ReturnType<typeof run>) => calls.map(({ name }) => name);

/** The operation ends after this time. */
const endsAfter =
  (ms: number): ActivityStub =>
  (_, { now }) =>
    ready({ shown: String(Math.floor(now / MINUTE)), isOver: now >= ms });

test('a request that begins no operation is one activity', () => {
  const { calls, elapsed } = run({ answerChat: () => ready(null) });
  expect(calls).toEqual([{ name: 'answerChat', input: { text: 'provision demo' }, at: 0 }]);
  expect(elapsed).toBe(0);
});

test('a card is looked at every five seconds until the operation has ended', () => {
  const { calls } = run({ answerChat: () => ready(FOLLOWING), followChat: endsAfter(MINUTE) });
  const looks = calls.filter(({ name }) => name === 'followChat');
  expect(looks.map(({ at }) => at / 1000)).toEqual(Array.from({ length: 12 }, (_, index) => 5 + index * 5));
});

test('each look knows what is shown', () => {
  const { calls } = run({ answerChat: () => ready(FOLLOWING), followChat: endsAfter(2 * MINUTE) });
  expect(calls.slice(1).map(({ input }) => (input as Following).shown)).toEqual(
    expect.arrayContaining(['a', '0', '1']),
  );
});

test('long operations are looked at less often, and the history stays short', () => {
  const { calls, continued } = run({
    answerChat: () => ready(FOLLOWING),
    followChat: endsAfter(3 * 24 * 60 * MINUTE),
  });
  expect(calls.filter(({ name }) => name === 'answerChat')).toHaveLength(1);
  expect(calls.length).toBeLessThan(1500);
  expect(calls.length / (continued + 1)).toBeLessThanOrEqual(61);
});

test('a busy chat is called again when it says, and the end is shown', () => {
  let calls = 0;
  const { elapsed } = driveOrchestrator(converse, { request: {} }, () => {
    calls = 0;
    return {
      answerChat: () => ready(FOLLOWING),
      followChat: () =>
        (calls += 1) < 3 ? pending('Slack is busy.', 30) : ready({ shown: 'b', isOver: true }),
    };
  });
  expect(elapsed).toBe(65_000);
});

test('a chat that does not answer is called less and less, for a day', () => {
  const result = run({ answerChat: () => pending('Slack does not answer.', 5) });
  expect(result.elapsed).toBeGreaterThanOrEqual(24 * 60 * MINUTE);
  expect(result.calls.length).toBeLessThan(1000);
});

test('a message that is gone is not followed any more', () => {
  const gone = failed(problem('CHAT_REFUSED', 'Slack refuses the message.', { cause: 'message_not_found' }));
  expect(namesOf(run({ answerChat: () => ready(FOLLOWING), followChat: () => gone }))).toEqual([
    'answerChat',
    'followChat',
  ]);
});

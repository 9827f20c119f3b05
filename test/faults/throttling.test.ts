import { expect, test } from 'vitest';
import type { Exchange } from '../../local/trace.ts';
import { startPlane } from '../helpers/embedded.ts';

/** Seconds that Azure asks for; short enough that a call may wait by itself. */
const RETRY_AFTER = 2;
const THROTTLED = 429;

interface Seen extends Exchange {
  /** Simulated milliseconds. */
  at: number;
}

/** Every request to Azure of one provision; each n-th is throttled. */
async function provision({ throttleEvery }: { throttleEvery?: number } = {}): Promise<Seen[]> {
  const seen: Seen[] = [];
  const plane = await startPlane({
    speed: 60, // slow enough that this machine's own time does not use up the patience of a call
    trace: (exchange) => {
      if (exchange.target === 'arm') seen.push({ ...exchange, at: plane.clock.now() });
    },
  });
  if (throttleEvery !== undefined) {
    const body = { error: { code: 'TooManyRequests', message: 'The request is being throttled.' } };
    const respond = { status: THROTTLED, headers: { 'retry-after': String(RETRY_AFTER) }, body };
    plane.faults.add({
      target: 'arm',
      path: /./,
      every: throttleEvery,
      times: Number.POSITIVE_INFINITY,
      respond,
    });
  }
  const operation = await plane.provision('demo', { location: 'uksouth', preset: 'llm' });
  expect(operation.problem).toBeUndefined();
  await plane.close();
  return seen;
}

/** What was written, without the ids that are new each time. */
const writesOf = (seen: Seen[]): string[] =>
  seen
    .filter(({ method, status }) => method === 'PUT' && status < 300)
    .map(({ url }) => url.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*'))
    .sort();

test('with every third request throttled a provision ends Ready, early for none and in vain for none', async () => {
  const calm = await provision();
  const seen = await provision({ throttleEvery: 3 });

  const throttled = seen.filter(({ status }) => status === THROTTLED);
  expect(throttled.length).toBeGreaterThan(20);
  for (const refused of throttled) {
    const next = seen
      .slice(seen.indexOf(refused) + 1)
      .find(({ requestId }) => requestId === refused.requestId);
    // It was sent again by itself, with nothing repeated around it, and not before Azure allowed it.
    expect(next, `${refused.method} ${refused.url}`).toBeDefined();
    expect((next?.at ?? 0) - refused.at).toBeGreaterThanOrEqual(RETRY_AFTER * 1000);
  }
  expect(writesOf(seen)).toEqual(writesOf(calm));
});

import { expect, test } from 'vitest';
import type { Exchange } from '../../local/trace.ts';
import { startPlane } from '../helpers/embedded.ts';

/** Seconds that Azure asks for; short enough that a call may wait by itself. */
const RETRY_AFTER = 2;

test('with every third request throttled a provision ends Ready, early for none and in vain for none', async () => {
  const seen: (Exchange & { at: number })[] = [];
  const plane = await startPlane({
    speed: 60, // slow enough that this machine's own time does not use up the patience of a call
    trace: (exchange) => {
      if (exchange.target === 'arm') seen.push({ ...exchange, at: plane.clock.now() });
    },
  });
  const body = { error: { code: 'TooManyRequests', message: 'The request is being throttled.' } };
  const respond = { status: 429, headers: { 'retry-after': String(RETRY_AFTER) }, body };
  plane.faults.add({ target: 'arm', path: /./, every: 3, times: Number.POSITIVE_INFINITY, respond });

  const operation = await plane.provision('slow', { location: 'uksouth', preset: 'llm' });
  expect(operation.problem).toBeUndefined();
  await plane.close();

  const throttled = seen.filter(({ status }) => status === 429);
  expect(throttled.length).toBeGreaterThan(20);
  for (const refused of throttled) {
    const [next] = seen.slice(seen.indexOf(refused) + 1).filter((other) => isSame(refused, other));
    // It was sent again, and not before Azure allowed it.
    expect(next, `${refused.method} ${refused.url}`).toBeDefined();
    expect((next?.at ?? 0) - refused.at).toBeGreaterThanOrEqual(RETRY_AFTER * 1000);
  }
  // No other request was made than without throttling: everything was written once.
  const writes = seen.filter(({ method, status }) => method === 'PUT' && status < 300).map(({ url }) => url);
  expect(writes).toEqual([...new Set(writes)]);
});

const isSame = (a: Exchange, b: Exchange): boolean => a.requestId === b.requestId;

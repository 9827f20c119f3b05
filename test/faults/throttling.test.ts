import { expect, test } from 'vitest';
import type { Exchange } from '../../local/trace.ts';
import { startPlane } from '../helpers/embedded.ts';

/** The Retry-After in seconds. It is short enough that a call waits for it. */
const RETRY_AFTER = 2;
const THROTTLED = 429;

interface Seen extends Exchange {
  /** Simulated milliseconds. */
  at: number;
}

/** All requests to Azure of one provision, with every n-th request throttled. */
async function provision({ throttleEvery }: { throttleEvery?: number } = {}): Promise<Seen[]> {
  const seen: Seen[] = [];
  const plane = await startPlane({
    speed: 60, // a low speed, so that a slow machine does not exceed the wait limit of a call
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

/** The URLs of successful PUT requests without random GUIDs. */
const writesOf = (seen: Seen[]): string[] =>
  seen
    .filter(({ method, status }) => method === 'PUT' && status < 300)
    .map(({ url }) => url.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*'))
    .sort();

test('a provision with every third request throttled retries each one after its Retry-After', async () => {
  const reference = await provision();
  const seen = await provision({ throttleEvery: 3 });

  const throttled = seen.filter(({ status }) => status === THROTTLED);
  expect(throttled.length).toBeGreaterThan(20);
  for (const rejected of throttled) {
    const later = seen.slice(seen.indexOf(rejected) + 1);
    // Only this request was sent again, and not before its Retry-After: by the same call, or by the next one when it
    // was throttled too often.
    const next =
      later.find(({ requestId }) => requestId === rejected.requestId) ??
      later.find(({ method, url }) => method === rejected.method && url === rejected.url);
    expect(next, `${rejected.method} ${rejected.url}`).toBeDefined();
    expect((next?.at ?? 0) - rejected.at).toBeGreaterThanOrEqual(RETRY_AFTER * 1000);
  }
  expect(writesOf(seen)).toEqual(writesOf(reference));
});

import { expect, onTestFinished, test, vi } from 'vitest';
import { createAzure } from '../../lib/azure/index.ts';
import { FENCE } from '../../lib/domain/fence.ts';
import { createTransport } from '../../local/azure/transport.ts';
import { serve } from '../helpers/server.ts';

test('an Azure that never answers makes a step pending when the time limit of a request has passed', async () => {
  let received: () => void;
  const isReceived = new Promise<void>((resolve) => (received = resolve));
  const server = await serve(() => {
    received();
  });
  const azure = createAzure({
    subscriptionId: '00000000-0000-0000-0000-000000000000',
    credential: {
      getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    },
    principalId: 'p',
    time: { now: Date.now, sleep: () => Promise.resolve() },
    httpClient: createTransport(server),
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = azure.ensureResourceGroup({
    resourceGroup: 'demo-resources',
    location: 'uksouth',
    stack: 'demo',
    tags: {},
  });
  await isReceived;
  await vi.advanceTimersByTimeAsync(FENCE.requestLimit * 1000);
  expect(await asked).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('did not answer') as string,
  });
});

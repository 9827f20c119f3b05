import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createClient, type Client } from '../../local/client.ts';
import { checkResponse } from './contract.ts';
import { startEmbedded, type Embedded, type EmbeddedOptions } from '../../local/embedded.ts';

/** Fast enough that a stack is up in two seconds, slow enough that Azure's durations still rule. */
const SPEED = 300;

/** A control plane on a simulated Azure, with what a test asks of it. */
export interface TestPlane extends Embedded, Client {}

const running = new Set<Embedded>();

/** Closes what a failed test left running: the next test file runs in the same process. */
export async function closePlanes(): Promise<void> {
  for (const plane of running) await plane.close();
  running.clear();
}

export const tableName = (): string => `t${randomBytes(8).toString('hex')}`;

export async function startPlane(
  options: Pick<
    EmbeddedOptions,
    | 'bot'
    | 'trace'
    | 'speed'
    | 'slack'
    | 'signIn'
    | 'log'
    | 'onResponse'
    | 'kubeconfig'
    | 'catalogue'
    | 'tables'
    | 'faults'
  > = {},
): Promise<TestPlane> {
  const embedded = await startEmbedded({
    speed: SPEED,
    onResponse: checkResponse,
    tables: inject('tables'),
    ...options,
    tableName: tableName(),
  });
  running.add(embedded);
  const close = () => {
    running.delete(embedded);
    return embedded.close();
  };
  return { ...embedded, ...createClient(embedded.url), close };
}

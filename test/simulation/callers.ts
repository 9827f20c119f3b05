import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationView } from '../../lib/api/operation.ts';
import { reveals, type Action } from './actions.ts';
import type { Plane } from './plane.ts';

/** A request with its last answer. */
export interface Exchange {
  action: Action;
  /** 0 when the control plane did not answer in time. */
  status: number;
  body: string;
  contentType: string;
}

/** Real milliseconds within which every request is answered. A table request may take 5 s, and is tried twice. */
const ANSWER_LIMIT = 60_000;

/** How often a caller repeats a request that the control plane cannot answer now, or that its death left open. */
const MOST_TRIES = 8;

/** Simulated seconds between two tries, and between two looks at an operation. */
const TRY_EVERY = 20;

/** Simulated seconds that a caller waits for the end of an operation, before it goes on. */
const PATIENCE = 6000;

export const isRunning = ({ state }: Pick<OperationView, 'state'>): boolean =>
  !['Succeeded', 'PartiallySucceeded', 'Failed', 'Canceled'].includes(state);

export interface Callers {
  /** Sends the requests of a caller, one after the other. */
  run: (actions: readonly Action[]) => Promise<void>;
  /** Sends one request, and repeats it until it is answered. */
  send: (action: Action) => Promise<Exchange>;
  /** All requests with their answers. */
  exchanges: Exchange[];
}

export function createCallers(plane: Plane, speed: number): Callers {
  const exchanges: Exchange[] = [];
  const pass = (seconds: number) => sleep((seconds * 1000) / speed);

  async function once({
    method,
    stack,
    path,
    body,
    id,
  }: Action): Promise<Omit<Exchange, 'action'> | undefined> {
    const url = await plane.url();
    const kills = plane.kills();
    try {
      const response = await fetch(`${url}/api/v1/stacks/${stack}${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'operation-id': id },
        signal: AbortSignal.timeout(ANSWER_LIMIT),
        ...(body && { body: JSON.stringify(body) }),
      });
      const contentType = response.headers.get('content-type') ?? '';
      return { status: response.status, contentType, body: await response.text() };
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError' && plane.kills() === kills)
        return { status: 0, body: '', contentType: '' };
      return undefined;
    }
  }

  async function send(action: Action): Promise<Exchange> {
    for (let attempt = 1; ; attempt++) {
      const answer = await once(action);
      if (answer !== undefined) exchanges.push({ action, ...answer });
      const isFinal = answer !== undefined && answer.status !== 503;
      if (isFinal || attempt === MOST_TRIES)
        return { action, status: 0, body: '', contentType: '', ...answer };
      await pass(TRY_EVERY);
    }
  }

  async function ended(id: string): Promise<void> {
    for (let waited = 0; waited < PATIENCE; waited += TRY_EVERY) {
      const answer = await fetch(`${await plane.url()}/api/v1/operations/${id}`).catch(() => undefined);
      const body: unknown = await answer?.json().catch(() => undefined);
      if (answer?.status === 200 && !isRunning(body as OperationView)) return;
      await pass(TRY_EVERY);
    }
  }

  return {
    exchanges,
    send,
    async run(actions) {
      for (const action of actions) {
        await pass(action.pause);
        const [first] = await Promise.all(Array.from({ length: action.copies }, () => send(action)));
        if (action.waits && first?.status === 202) await ended((JSON.parse(first.body) as OperationView).id);
      }
    },
  };
}

/** The answers that must not contain a secret. */
export const unrevealed = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges.filter(({ action }) => !reveals(action));

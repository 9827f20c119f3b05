import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationView } from '../../lib/api/operation.ts';
import { CANCEL, reveals, type Action } from './actions.ts';
import type { StackView } from '../../lib/api/stack.ts';
import type { Plane } from './plane.ts';

/** A request with its last answer. */
export interface Exchange {
  action: Action;
  /** Below the base path of the API. */
  path: string;
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

type Reply = Omit<Exchange, 'action' | 'path'>;

const NO_ANSWER: Reply = { status: 0, body: '', contentType: '' };

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

  async function once(path: string, { method, body, id }: Action): Promise<Reply | undefined> {
    const url = await plane.url();
    const kills = plane.kills();
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'operation-id': id },
        signal: AbortSignal.timeout(ANSWER_LIMIT),
        ...(body && { body: JSON.stringify(body) }),
      });
      const contentType = response.headers.get('content-type') ?? '';
      return { status: response.status, contentType, body: await response.text() };
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError' && plane.kills() === kills)
        return NO_ANSWER;
      return undefined;
    }
  }

  /** A cancellation names the operation that holds the stack when the caller sends it. */
  async function pathOf({ stack, path }: Action): Promise<string> {
    if (path !== CANCEL) return `/stacks/${stack}${path}`;
    const found = await fetch(`${await plane.url()}/api/v1/stacks/${stack}`).catch(() => undefined);
    const body: unknown = await found?.json().catch(() => undefined);
    return `/operations/${(body as Partial<StackView> | undefined)?.activeOperation ?? `${stack}-none`}${CANCEL}`;
  }

  async function send(action: Action): Promise<Exchange> {
    const path = await pathOf(action);
    for (let attempt = 1; ; attempt++) {
      const reply = await once(path, action);
      const exchange = { action, path, ...(reply ?? NO_ANSWER) };
      if (reply !== undefined) exchanges.push(exchange);
      const isFinal = reply !== undefined && reply.status !== 503;
      if (isFinal || attempt === MOST_TRIES) return exchange;
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

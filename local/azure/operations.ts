import { randomUUID } from 'node:crypto';
import type { Alarm, Clock } from '../clock.ts';
import type { DocumentStore } from '../documents.ts';

/** Why an operation failed. */
export interface Failure {
  code: string;
  message: string;
}

/** A long-running operation. It ends at `dueAt` whether or not this process lived all the time. */
export interface Operation {
  id: string;
  type: string;
  verb: string;
  /** The lower-case id of what it works on. */
  resource: string;
  startedAt: number;
  dueAt: number;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  failure?: Failure;
  /** It ends well, and nothing has come of it. */
  isInVain?: boolean;
}

/** Makes the next matching operations go wrong or slow; settled when an operation starts. */
export interface Disturbance {
  /** Matched against the id of the resource. */
  resource: RegExp;
  /** create, update, delete, stop or start; any when absent. */
  verb?: string;
  /** How many operations it strikes; 1 unless told. */
  times?: number;
  /** They end with this failure. */
  failure?: Failure;
  /** They take this many times as long. */
  stretch?: number;
  /** They end well, and nothing has come of them. */
  isInVain?: boolean;
}

export interface Operations {
  /** Starts an operation of `seconds`, or until `dueAt` if that is later; a running one on the resource is cancelled. */
  begin(start: { type: string; verb: string; resource: string; seconds: number; dueAt?: number }): Operation;
  find(id: string): Operation | undefined;
  /** The operation in progress on a resource. */
  running(resource: string): Operation | undefined;
  /** Ends every operation that is due. Called before each request is answered. */
  settle(): void;
  disturb(disturbance: Disturbance): void;
  close(): void;
}

/** Keeps the operations in `documents`. `complete` brings about the effect of one; what it returns makes it fail. */
export function createOperations(
  clock: Clock,
  documents: DocumentStore,
  complete: (operation: Operation) => Failure | undefined,
): Operations {
  const inProgress = documents.collection<Operation>('azure.operations.running');
  const ended = documents.collection<Operation>('azure.operations.ended');
  const alarms = new Map<string, Alarm>();
  const disturbances: { disturbance: Disturbance; left: number }[] = [];

  const end = (operation: Operation, status: Operation['status'], failure?: Failure) => {
    inProgress.delete(operation.id);
    ended.set(operation.id, { ...operation, status, ...(failure && { failure }) });
    alarms.get(operation.id)?.cancel();
    alarms.delete(operation.id);
  };

  const settle = () => {
    const due = inProgress.entries().filter(([, { dueAt }]) => dueAt <= clock.now());
    for (const [, operation] of due.sort(([, a], [, b]) => a.dueAt - b.dueAt)) {
      documents.transaction(() => {
        const failure = complete(operation);
        end(operation, failure ? 'Failed' : 'Succeeded', failure);
      });
    }
  };

  const arm = (operation: Operation) =>
    alarms.set(operation.id, clock.after(Math.max(0, operation.dueAt - clock.now()), settle));

  for (const [, operation] of inProgress.entries()) arm(operation);

  const running = (resource: string) =>
    inProgress.entries().find(([, operation]) => operation.resource === resource)?.[1];

  const strike = (resource: string, verb: string) => {
    const hit = disturbances.find(
      ({ disturbance, left }) =>
        left > 0 && (disturbance.verb ?? verb) === verb && disturbance.resource.test(resource),
    );
    if (hit) hit.left -= 1;
    return hit?.disturbance;
  };

  return {
    begin({ type, verb, resource, seconds, dueAt = 0 }) {
      const superseded = running(resource);
      if (superseded) {
        const message = 'The operation was preempted by a more recent operation.';
        end(superseded, 'Canceled', { code: 'OperationPreempted', message });
      }
      const { failure, stretch = 1, isInVain } = strike(resource, verb) ?? {};
      const startedAt = clock.now();
      const operation: Operation = {
        id: randomUUID(),
        type,
        verb,
        resource,
        startedAt,
        dueAt: Math.max(startedAt + seconds * stretch * 1000, dueAt),
        status: 'InProgress',
        ...(failure && { failure }),
        ...(isInVain && { isInVain }),
      };
      inProgress.set(operation.id, operation);
      arm(operation);
      return operation;
    },
    find: (id) => inProgress.get(id) ?? ended.get(id),
    running,
    settle,
    disturb: (disturbance) => void disturbances.push({ disturbance, left: disturbance.times ?? 1 }),
    close() {
      for (const alarm of alarms.values()) alarm.cancel();
      alarms.clear();
    },
  };
}

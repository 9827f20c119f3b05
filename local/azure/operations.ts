import { randomUUID } from 'node:crypto';
import type { ClockTimer, Clock } from '../clock.ts';
import type { DocumentStore } from '../document-store.ts';

/** Why an operation failed. */
export interface Failure {
  code: string;
  message: string;
}

/** A long-running operation. It ends at `dueAt`, even if this process restarted in between. */
export interface Operation {
  id: string;
  type: string;
  verb: string;
  /** The lower-case id of the resource. */
  resource: string;
  startedAt: number;
  dueAt: number;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  failure?: Failure;
  /** It succeeds without its effect. */
  hasNoEffect?: boolean;
}

/** A fault for the next matching operations. It applies when an operation starts. */
export interface OperationFault {
  /** Matched against the lower-case id of the resource. */
  resource: RegExp;
  /** create, update, upgrade, delete, stop or start; any by default. */
  verb?: string;
  /** Whether it applies to the resource with this lower-case id. */
  when?: (resource: string) => boolean;
  /** The number of operations it applies to; 1 by default. */
  times?: number;
  /** The operations end with this failure. */
  failure?: Failure;
  /** A factor for the duration of the operations. */
  slowdown?: number;
  /** The operations succeed without their effect. */
  hasNoEffect?: boolean;
}

export interface Operations {
  /** Starts an operation of `seconds`, or until `dueAt` if that is later. Cancels a running operation on the resource. */
  begin(start: { type: string; verb: string; resource: string; seconds: number; dueAt?: number }): Operation;
  find(id: string): Operation | undefined;
  /** The operation in progress on a resource. */
  running(resource: string): Operation | undefined;
  /** Ends every operation that is due. Called before each request. */
  settle(): void;
  injectFault(fault: OperationFault): void;
  close(): void;
}

/** Stores the operations in `documents`. `complete` applies the effect of one; a returned failure makes it fail. */
export function createOperations(
  clock: Clock,
  documents: DocumentStore,
  complete: (operation: Operation) => Failure | undefined,
): Operations {
  const inProgress = documents.collection<Operation>('azure.operations.running');
  const ended = documents.collection<Operation>('azure.operations.ended');
  const timers = new Map<string, ClockTimer>();
  const faults: { fault: OperationFault; remaining: number }[] = [];

  const end = (operation: Operation, status: Operation['status'], failure?: Failure) => {
    inProgress.delete(operation.id);
    ended.set(operation.id, { ...operation, status, ...(failure && { failure }) });
    timers.get(operation.id)?.cancel();
    timers.delete(operation.id);
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

  const schedule = (operation: Operation) =>
    timers.set(operation.id, clock.after(Math.max(0, operation.dueAt - clock.now()), settle));

  for (const [, operation] of inProgress.entries()) schedule(operation);

  const running = (resource: string) =>
    inProgress.entries().find(([, operation]) => operation.resource === resource)?.[1];

  const takeFault = (resource: string, verb: string) => {
    const hit = faults.find(
      ({ fault, remaining }) =>
        remaining > 0 &&
        (fault.verb ?? verb) === verb &&
        fault.resource.test(resource) &&
        (fault.when?.(resource) ?? true),
    );
    if (hit) hit.remaining -= 1;
    return hit?.fault;
  };

  return {
    begin({ type, verb, resource, seconds, dueAt = 0 }) {
      const superseded = running(resource);
      if (superseded) {
        const message = 'The operation was preempted by a more recent operation.';
        end(superseded, 'Canceled', { code: 'OperationPreempted', message });
      }
      const { failure, slowdown = 1, hasNoEffect } = takeFault(resource, verb) ?? {};
      const startedAt = clock.now();
      const operation: Operation = {
        id: randomUUID(),
        type,
        verb,
        resource,
        startedAt,
        dueAt: Math.max(startedAt + seconds * slowdown * 1000, dueAt),
        status: 'InProgress',
        ...(failure && { failure }),
        ...(hasNoEffect && { hasNoEffect }),
      };
      inProgress.set(operation.id, operation);
      schedule(operation);
      return operation;
    },
    find: (id) => inProgress.get(id) ?? ended.get(id),
    running,
    settle,
    injectFault: (fault) => void faults.push({ fault, remaining: fault.times ?? 1 }),
    close() {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}

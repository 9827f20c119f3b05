import { stackOf } from '../../../lib/domain/operation-id.ts';
import { isRunning } from '../callers.ts';
import type { Evidence } from '../life.ts';

/**
 * Simulated seconds that an orchestration may take to end after its operation. It ends after its last activity, which
 * a killed process runs again.
 */
const TOLERANCE = 300;

/** An orchestration runs only while its operation holds the stack. */
export function oneOrchestration({ orchestrations, records }: Evidence): string[] {
  const operations = new Map(records.operations.map((operation) => [operation.id, operation]));
  const late = orchestrations.flatMap(({ id, isRunning: runs, updatedAt }) => {
    const operation = operations.get(id);
    if (operation === undefined) return [`${id} has no record.`];
    if (operation.finishedAt === undefined) return [];
    const seconds = (updatedAt - Date.parse(operation.finishedAt)) / 1000;
    if (runs) return [`${id} is ${operation.state}, but its orchestration runs.`];
    return seconds > TOLERANCE ? [`${id} ran ${seconds.toFixed(0)} s longer than its operation.`] : [];
  });
  return [...late, ...overlaps(records)];
}

/** Operations of a stack that held it at the same time. One that gave way does not hold it anymore, and still ends. */
function overlaps({ operations }: Evidence['records']): string[] {
  const byStack = Map.groupBy(operations, ({ stack }) => stack);
  return [...byStack.values()].flatMap((all) => {
    const inOrder = all.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    return inOrder.slice(1).flatMap((next, index) => {
      const before = inOrder[index];
      const isOver = before?.finishedAt !== undefined && before.finishedAt <= next.startedAt;
      const gaveWay = before?.problem?.code === 'VERIFICATION_DISPLACED';
      return isOver || gaveWay ? [] : [`${next.id} began before ${before?.id ?? ''} had ended.`];
    });
  });
}

export const nothingIsStuck = ({ stuck, operations }: Evidence): string[] => [
  ...stuck.map((id) => `${id} did not end.`),
  ...operations.filter(isRunning).map(({ id, state }) => `${id} is ${state} and holds no stack.`),
];

export const nothingIsLost = ({ operations }: Evidence): string[] =>
  operations
    .filter(
      ({ problem, steps }) =>
        problem?.code === 'OPERATION_LOST' && steps.every(({ state }) => state === 'done'),
    )
    .map(({ id }) => `${id} is reported as lost, but all of its steps are done.`);

export const stepsAreTerminal = ({ operations }: Evidence): string[] =>
  operations
    .filter((operation) => !isRunning(operation))
    .flatMap(({ id, state, steps }) =>
      steps
        .filter((step) => !['done', 'failed', 'blocked'].includes(step.state))
        .map((step) => `${id} is ${state}, but its step ${step.id} is ${step.state}.`),
    );

const END_REQUESTED = 'operation.endRequested';

export function eventsAreComplete({ records }: Evidence): string[] {
  const byOperation = Map.groupBy(records.events, ({ operation }) => operation ?? '');
  return records.operations.flatMap(({ id }) => {
    const kinds = (byOperation.get(id) ?? []).map(({ kind }) => kind);
    const requested = kinds.filter((kind) => kind.endsWith('.requested')).length;
    const ended = kinds.filter((kind) => kind.startsWith('operation.') && kind !== END_REQUESTED).length;
    const endRequested = kinds.filter((kind) => kind === END_REQUESTED).length;
    if (requested === 1 && ended === 1 && endRequested <= 1) return [];
    return [`${id} of ${stackOf(id) ?? ''} has the events ${kinds.join(', ') || '(none)'}.`];
  });
}

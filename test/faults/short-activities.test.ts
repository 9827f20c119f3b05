import { expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { startPlane } from '../helpers/embedded.ts';

/** Seconds. The platform may stop a worker at any time, so activities must be short. */
const MAX_SECONDS = 30;

interface HistoryEvent {
  EventType: number | string;
  EventId: number;
  TaskScheduledId?: number;
  Timestamp: string;
  Name?: string;
}

test('no activity runs for more than 30 seconds', async () => {
  // Slow enough that the simulated time of an activity is not that of a busy machine.
  const plane = await startPlane({ speed: 30 });
  const cluster = { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 } };
  const request = { location: 'uksouth', preset: 'llm' };
  // At the same time: they mostly wait.
  const lives: [stack: string, ...operations: [method: string, path: string, body?: object][]][] = [
    ['sleeping', ['PUT', '', request], ['POST', '/hibernate'], ['POST', '/wake']],
    ['changing', ['PUT', '', request], ['PUT', '', { ...request, cluster }], ['DELETE', '']],
  ];
  const live = async ([stack, ...requests]: (typeof lives)[number]) => {
    const ended: OperationView[] = [];
    for (const [method, path, body] of requests) {
      const { id } = (await plane.api(method, `/stacks/${stack}${path}`, body)).body as OperationView;
      ended.push(await plane.ended(id));
    }
    return ended;
  };
  const operations = (await Promise.all(lives.map(live))).flat();

  for (const operation of operations) {
    expect(operation.problem).toBeUndefined();
    const url = `${plane.url}/runtime/webhooks/durabletask/instances/${operation.id}?showHistory=true`;
    const { historyEvents } = (await (await fetch(url)).json()) as { historyEvents: HistoryEvent[] };
    const scheduled = new Map(historyEvents.filter(isScheduled).map((event) => [event.EventId, event]));
    const held = historyEvents.flatMap(({ TaskScheduledId = -1, Timestamp }) => {
      const begin = scheduled.get(TaskScheduledId);
      return begin === undefined
        ? []
        : [{ activity: begin.Name, seconds: (Date.parse(Timestamp) - Date.parse(begin.Timestamp)) / 1000 }];
    });
    expect(held.length).toBeGreaterThan(1);
    expect(held.filter(({ seconds }) => seconds > MAX_SECONDS)).toEqual([]);
  }
  await plane.close();
});

/** A scheduled task has an id and a name, and does not refer to another task. */
const isScheduled = ({ EventId, Name, TaskScheduledId }: HistoryEvent): boolean =>
  EventId >= 0 && Name !== undefined && TaskScheduledId === undefined;

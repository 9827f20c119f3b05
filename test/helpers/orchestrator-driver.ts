import type { OrchestrationContext, Task } from 'durable-functions';

type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown>;

/** The result of an activity. It may depend on the number and the time of the call. */
export type ActivityStub = (input: never, call: { count: number; now: number }) => unknown;

export interface DriverResult {
  output: unknown;
  /** All activity calls in order, with their time in milliseconds since the start. */
  calls: { name: string; input: unknown; at: number }[];
  /** Total milliseconds. */
  elapsed: number;
  /** The number of `continueAsNew` calls. */
  continued: number;
}

interface FakeTask {
  resolve(): unknown;
}

const START = Date.parse('2026-01-01T00:00:00Z');

/**
 * Runs an orchestrator with stubbed activities and a clock that only durable timers advance. Runs it twice and throws
 * if the calls differ, because a replay requires determinism.
 */
export function driveOrchestrator(
  orchestrator: Orchestrator,
  input: unknown,
  stubs: () => Record<string, ActivityStub>,
): DriverResult {
  const first = run(orchestrator, input, stubs());
  const second = run(orchestrator, input, stubs());
  if (JSON.stringify(first) !== JSON.stringify(second))
    throw new Error('The orchestrator is not deterministic.');
  return first;
}

function run(orchestrator: Orchestrator, input: unknown, stubs: Record<string, ActivityStub>): DriverResult {
  const calls: DriverResult['calls'] = [];
  const counts = new Map<string, number>();
  let now = START;
  let next: unknown;

  const activity = (name: string, activityInput: unknown): FakeTask => {
    calls.push({ name, input: structuredClone(activityInput), at: now - START });
    return {
      resolve() {
        const stub = stubs[name];
        if (stub === undefined) throw new Error(`There is no stub for the activity ${name}.`);
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        return structuredClone(stub(activityInput as never, { count, now: now - START }));
      },
    };
  };

  for (let continued = 0, current = input; ; continued++, current = next) {
    next = undefined;
    const df = {
      instanceId: 'test',
      get currentUtcDateTime() {
        return new Date(now);
      },
      getInput: () => structuredClone(current),
      setCustomStatus: () => undefined,
      callActivity: activity,
      createTimer: (at: Date): FakeTask => ({ resolve: () => void (now = Math.max(now, at.getTime())) }),
      continueAsNew: (following: unknown) => void (next = structuredClone(following)),
      Task: {
        all: (tasks: FakeTask[]): FakeTask => ({ resolve: () => tasks.map((task) => task.resolve()) }),
      },
    };
    const steps = orchestrator({ df } as unknown as OrchestrationContext);
    let at = steps.next();
    while (at.done !== true) at = steps.next((at.value as unknown as FakeTask).resolve());
    if (next === undefined) return { output: at.value, calls, elapsed: now - START, continued };
  }
}

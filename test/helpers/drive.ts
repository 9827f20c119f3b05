import type { OrchestrationContext, Task } from 'durable-functions';

type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown>;

/** An activity's answer; it may depend on how often and when it was asked. */
export type Answer = (input: never, call: { count: number; now: number }) => unknown;

export interface Drive {
  output: unknown;
  /** Every activity that was called, in order, with the time of the call in milliseconds since the start. */
  calls: { name: string; input: unknown; at: number }[];
  /** Milliseconds from start to end. */
  elapsed: number;
  /** How often the history was cut. */
  continued: number;
}

interface FakeTask {
  resolve(): unknown;
}

const START = Date.parse('2026-01-01T00:00:00Z');

/**
 * Runs an orchestrator against a table of answers with a clock that only durable timers move. It is run twice,
 * and must make the same calls both times: that is what replaying it relies on.
 */
export function drive(
  orchestrator: Orchestrator,
  input: unknown,
  answers: () => Record<string, Answer>,
): Drive {
  const first = run(orchestrator, input, answers());
  const second = run(orchestrator, input, answers());
  if (JSON.stringify(first) !== JSON.stringify(second))
    throw new Error('The orchestrator is not deterministic.');
  return first;
}

function run(orchestrator: Orchestrator, input: unknown, answers: Record<string, Answer>): Drive {
  const calls: Drive['calls'] = [];
  const counts = new Map<string, number>();
  let now = START;
  let next: unknown;

  const activity = (name: string, given: unknown): FakeTask => {
    calls.push({ name, input: structuredClone(given), at: now - START });
    return {
      resolve() {
        const answer = answers[name];
        if (answer === undefined) throw new Error(`No answer for ${name}.`);
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        return structuredClone(answer(given as never, { count, now: now - START }));
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

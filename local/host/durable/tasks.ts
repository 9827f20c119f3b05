/** A task of the Durable extension: open until it is settled. */
export interface Task {
  state: 'open' | 'completed' | 'failed';
  /** Called once when the task is settled. */
  onSettled?: () => void;
}

/** Creates an open task. */
export const openTask = (): Task => ({ state: 'open' });

/** Settles a task. Later calls have no effect. */
export function settle(task: Task, state: 'completed' | 'failed'): void {
  if (task.state !== 'open') return;
  task.state = state;
  task.onSettled?.();
}

/** Calls `react` when the task is settled, or immediately if it already is. */
export function whenSettled(task: Task, react: () => void): void {
  if (task.state === 'open') task.onSettled = react;
  else react();
}

/** Settled when all children are settled. Unlike the SDK, the extension also waits for all after a failure. */
export function whenAll(children: Task[]): Task {
  const all = openTask();
  const check = () => {
    if (children.some(({ state }) => state === 'open')) return;
    settle(all, children.every(({ state }) => state === 'completed') ? 'completed' : 'failed');
  };
  for (const child of children) whenSettled(child, check);
  return all;
}

/** Completed when any child completes or fails. */
export function whenAny(children: Task[]): Task {
  const any = openTask();
  for (const child of children) {
    whenSettled(child, () => {
      settle(any, 'completed');
    });
  }
  return any;
}

/** A task of the extension: open until something settles it. */
export interface Task {
  state: 'open' | 'completed' | 'failed';
  /** Called once, when the task is settled. */
  onSettled?: () => void;
}

/** A task that nothing has settled yet. */
export const openTask = (): Task => ({ state: 'open' });

/** Settles a task once; later calls change nothing. */
export function settle(task: Task, state: 'completed' | 'failed'): void {
  if (task.state !== 'open') return;
  task.state = state;
  task.onSettled?.();
}

/** Calls `react` when the task is settled, at once if it already is. */
export function whenSettled(task: Task, react: () => void): void {
  if (task.state === 'open') task.onSettled = react;
  else react();
}

/** Settled when every child is: unlike the SDK's, the extension's WhenAll also waits after a failure. */
export function whenAll(children: Task[]): Task {
  const all = openTask();
  const check = () => {
    if (children.some(({ state }) => state === 'open')) return;
    settle(all, children.every(({ state }) => state === 'completed') ? 'completed' : 'failed');
  };
  for (const child of children) whenSettled(child, check);
  return all;
}

/** Settled with its first settled child, whether that completed or failed. */
export function whenAny(children: Task[]): Task {
  const any = openTask();
  for (const child of children) {
    whenSettled(child, () => {
      settle(any, 'completed');
    });
  }
  return any;
}

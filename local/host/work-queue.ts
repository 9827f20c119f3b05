/** A FIFO queue of work items with limited concurrency. */
export interface WorkQueue {
  add(item: () => Promise<void>): void;
}

/** Runs at most `limit` work items at a time. `defer` delays the start, so that none runs in a transaction of its caller. */
export function createWorkQueue(
  limit: number,
  defer: (run: () => void) => void,
  onError: (error: unknown) => void,
): WorkQueue {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const next = () => {
    const item = running < limit ? waiting.shift() : undefined;
    if (item === undefined) return;
    running += 1;
    defer(() => {
      void item()
        .catch(onError)
        .finally(() => {
          running -= 1;
          next();
        });
    });
  };
  return {
    add(item) {
      waiting.push(item);
      next();
    },
  };
}

/** Runs jobs in the order of their arrival, at most `limit` at a time. */
export interface WorkQueue {
  add(job: () => Promise<void>): void;
}

/** `defer` starts a job later than the call that added it, so that a job never runs inside a transaction. */
export function createWorkQueue(
  limit: number,
  defer: (run: () => void) => void,
  onError: (error: unknown) => void,
): WorkQueue {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const next = () => {
    const job = running < limit ? waiting.shift() : undefined;
    if (job === undefined) return;
    running += 1;
    defer(() => {
      void job()
        .catch(onError)
        .finally(() => {
          running -= 1;
          next();
        });
    });
  };
  return {
    add(job) {
      waiting.push(job);
      next();
    },
  };
}

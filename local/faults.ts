/** A fault for the next matching requests to a simulated service. */
export interface Fault {
  target: 'arm' | 'kubernetes';
  method?: string;
  /** Matched against the path of the request, without the query. */
  path: RegExp;
  /** The number of requests it applies to; 1 by default. */
  times?: number;
  /** Applies only to every n-th matching request; to each one by default. */
  every?: number;
  /** Applies to this share of the matching requests, from 0 to 1; to each one by default. */
  probability?: number;
  /** The response; a body that is a string is sent unchanged. The request has no effect. */
  respond?: { status: number; headers?: Record<string, string>; body?: unknown };
  /** The request takes effect, but the connection closes before the response. */
  loseResponse?: boolean;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Returns the fault for this request, if any, and counts it as used. */
  take(target: Fault['target'], method: string, path: string): Fault | undefined;
}

/** `random` returns numbers from 0 to 1 (excluded). */
export function createFaults(random: () => number = Math.random): Faults {
  let active: { fault: Fault; remaining: number; seen: number }[] = [];
  return {
    add: (fault) => void active.push({ fault, remaining: fault.times ?? 1, seen: 0 }),
    clear: () => void (active = []),
    take(target, method, path) {
      const hit = active.find((candidate) => {
        const { fault, remaining } = candidate;
        const isMatch =
          remaining > 0 &&
          fault.target === target &&
          (fault.method ?? method) === method &&
          fault.path.test(path);
        if (isMatch) candidate.seen += 1;
        const isTurn = isMatch && candidate.seen % (fault.every ?? 1) === 0;
        return isTurn && (fault.probability === undefined || random() < fault.probability);
      });
      if (hit) hit.remaining -= 1;
      return hit?.fault;
    },
  };
}

/** Something that goes wrong with the next matching requests to a simulated service. */
export interface Fault {
  target: 'arm' | 'kubernetes';
  method?: string;
  /** Matched against the path of the request, without its query. */
  path: RegExp;
  /** How many requests it strikes; 1 unless told. */
  times?: number;
  /** Strikes only each n-th matching request; every one unless told. */
  every?: number;
  /** Answered instead of doing what was asked. */
  respond?: { status: number; headers?: Record<string, string>; body?: unknown };
  /** The request is carried out, then the connection is cut before the answer is sent. */
  loseResponse?: boolean;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that strikes this request, if any; it counts as used. */
  strike(target: Fault['target'], method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  let armed: { fault: Fault; left: number; seen: number }[] = [];
  return {
    add: (fault) => void armed.push({ fault, left: fault.times ?? 1, seen: 0 }),
    clear: () => void (armed = []),
    strike(target, method, path) {
      const hit = armed.find((candidate) => {
        const { fault, left } = candidate;
        const isMeant =
          left > 0 && fault.target === target && (fault.method ?? method) === method && fault.path.test(path);
        if (isMeant) candidate.seen += 1;
        return isMeant && candidate.seen % (fault.every ?? 1) === 0;
      });
      if (hit) hit.left -= 1;
      return hit?.fault;
    },
  };
}

/** How often a probe runs, its timeout, and how many failures it tolerates; times are in seconds. */
export interface ProbeTiming {
  every: number;
  timeout?: number;
  failures?: number;
}

export type Probe = Record<string, unknown>;

const timing = ({ every, timeout = 5, failures = 3 }: ProbeTiming) => ({
  periodSeconds: every,
  timeoutSeconds: timeout,
  failureThreshold: failures,
});

/** Requests a path at a named port. */
export const httpProbe = (path: string, port: string, when: ProbeTiming): Probe => ({
  httpGet: { path, port },
  ...timing(when),
});

/** Checks that a named port accepts connections. */
export const tcpProbe = (port: string, when: ProbeTiming): Probe => ({
  tcpSocket: { port },
  ...timing(when),
});

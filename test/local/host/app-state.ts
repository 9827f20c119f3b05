/** State that the functions of the test app share with the tests. It imports no SDK, so that it can be imported first. */
export const state = {
  flakyCalls: 0,
  /** Selects the first activity of the orchestration `changing`. */
  codeVersion: 1,
  activitiesRunning: 0,
  maxConcurrentActivities: 0,
  greetings: [] as string[],
  sweeps: [] as { isPastDue: boolean; next: string; last: string | null }[],
  sweepsRunning: 0,
  maxConcurrentSweeps: 0,
  startups: 0,
};

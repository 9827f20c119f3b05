/** What the functions of the test app tell the tests; it imports no SDK, so that it may be imported first. */
export const state = {
  flakyCalls: 0,
  /** Changes what the orchestration `changing` schedules first. */
  codeVersion: 1,
  activitiesRunning: 0,
  maxConcurrentActivities: 0,
  greetings: [] as string[],
  sweeps: [] as { isPastDue: boolean; next: string; last: string | null }[],
  sweepsRunning: 0,
  maxConcurrentSweeps: 0,
  startups: 0,
};

/** The states of a build in the registry of a stack. */
export const IMAGE_RUN_STATES = ['Queued', 'Running', 'Succeeded', 'Failed', 'Canceled'] as const;
export type ImageRunState = (typeof IMAGE_RUN_STATES)[number];

/** A build in the registry of a stack. Times are ISO 8601. */
export interface ImageRun {
  /** Unique in the registry. */
  id: string;
  state: ImageRunState;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** The images that it pushed: `pipelines:0.96.4-3f2a`. Azure knows them when it has succeeded. */
  images: string[];
  /** Why it failed, when Azure says more than its log. */
  reason?: string;
}

export const isRunOver = (state: ImageRunState): boolean => state !== 'Queued' && state !== 'Running';

/** How many lines say why a build failed. */
const REASON_LINES = 4;

/** Lines that ACR Tasks and Docker add around the output of a build. */
const FRAME = /^( ---> |\d{4}\/\d\d\/\d\d \d\d:|failed to run step|Run ID:)/;

/** The lines at the end of a log that say why the build failed. */
export function failureLinesOf(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const output = lines.filter((line) => !FRAME.test(line));
  return (output.length === 0 ? lines : output).slice(-REASON_LINES);
}

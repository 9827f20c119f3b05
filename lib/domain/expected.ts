import type { Plan, Step } from './plan.ts';
import type { StepRecord } from './status.ts';

/** Recent average durations of steps in seconds, by `durationKey`. */
export type Durations = Readonly<Record<string, number>>;

/** The weight of the newest measurement in the moving average. */
const ALPHA = 0.3;

/**
 * A step that takes less than this share of its usual duration found its work done; its duration is not used.
 */
const MIN_SHARE = 0.25;

/** A measured duration counts at most this factor more or less than the duration in the plan. */
const MAX_FACTOR = 4;

/** The key of a step's duration: the activity, and what its duration depends on. */
export function durationKey(step: Step): string {
  switch (step.activity) {
    case 'installComponent':
    case 'upgradeComponent':
    case 'checkComponent':
      return `${step.activity}|${step.input.component}`;
    case 'ensureCluster':
      return `${step.activity}|${step.input.size.nodeSize}`;
    default:
      return step.activity;
  }
}

/** The plan with measured durations in place of the assumed ones, within limits. */
export const withMeasured = (plan: Plan, durations: Durations): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => {
    const measured = step.work === undefined ? durations[durationKey(step)] : undefined;
    return measured === undefined ? step : { ...step, usual: limited(step, measured) };
  }),
});

/** The averages that the steps of an operation change, by key. */
export function learn(steps: readonly Step[], records: readonly StepRecord[], before: Durations): Durations {
  const byId = new Map(records.map((record) => [record.id, record]));
  return steps.reduce<Durations>((learned, step) => {
    const measured = secondsOf(byId.get(step.id));
    if (step.work !== undefined) return learned;
    if (measured === undefined || measured < MIN_SHARE * step.usual) return learned;
    const key = durationKey(step);
    const average = learned[key] ?? before[key] ?? step.usual;
    const next = average + ALPHA * (limited(step, measured) - average);
    return { ...learned, [key]: Math.round(next * 10) / 10 };
  }, {});
}

/** One operation that waited for days must not change all later estimates. */
const limited = ({ usual, limit }: Step, seconds: number): number =>
  Math.min(Math.max(seconds, usual / MAX_FACTOR), usual * MAX_FACTOR, limit);

const secondsOf = (record: StepRecord | undefined): number | undefined =>
  record?.state === 'done' && record.startedAt !== undefined && record.finishedAt !== undefined
    ? (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000
    : undefined;

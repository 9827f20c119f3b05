import type { Plan, Step } from './plan.ts';
import type { StepRecord } from './status.ts';

/** How long steps have taken of late, in seconds, by `durationKey`. */
export type Durations = Readonly<Record<string, number>>;

/** How much the newest measurement weighs against all before. */
const ALPHA = 0.3;

/** Quicker than this share of what is usual, a step has found its work done and says nothing of how long it takes. */
const LEAST_SHARE = 0.25;

/** What was measured is believed up to this factor more or less than what the plan knows by itself. */
const BELIEVED = 4;

/** What the duration of a step depends on: what it does, and to what. */
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

/** The plan with what was measured in place of what was assumed, as far as it can be believed. */
export const withMeasured = (plan: Plan, durations: Durations): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => {
    const measured = step.work === undefined ? durations[durationKey(step)] : undefined;
    return measured === undefined ? step : { ...step, usual: believable(step, measured) };
  }),
});

/** What the steps of an operation teach: the averages that change, by key. */
export function learn(steps: readonly Step[], records: readonly StepRecord[], before: Durations): Durations {
  const byId = new Map(records.map((record) => [record.id, record]));
  return steps.reduce<Durations>((learnt, step) => {
    const measured = secondsOf(byId.get(step.id));
    if (step.work !== undefined) return learnt;
    if (measured === undefined || measured < LEAST_SHARE * step.usual) return learnt;
    const key = durationKey(step);
    const average = learnt[key] ?? before[key] ?? step.usual;
    const next = average + ALPHA * (believable(step, measured) - average);
    return { ...learnt, [key]: Math.round(next * 10) / 10 };
  }, {});
}

/** One operation that waited for days must not teach everybody to expect that. */
const believable = ({ usual, limit }: Step, seconds: number): number =>
  Math.min(Math.max(seconds, usual / BELIEVED), usual * BELIEVED, limit);

const secondsOf = (record: StepRecord | undefined): number | undefined =>
  record?.state === 'done' && record.startedAt !== undefined && record.finishedAt !== undefined
    ? (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000
    : undefined;

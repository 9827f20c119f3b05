import type { Plan } from '../domain/plan.ts';
import type { StepResult } from '../domain/run.ts';
import {
  isVerification,
  withCondition,
  type Condition,
  type Ending,
  type StepRecord,
} from '../domain/status.ts';
import { obstacleOf, planVerify, unverified } from '../domain/verify.ts';
import type { Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import type { Conclusion } from './conclusion.ts';

/** Whether an operation may change what an earlier verification found. */
const mayChangeTools = ({ kind }: Plan): boolean =>
  kind === 'provision' || kind === 'upgrade' || kind === 'wake';

/**
 * The conditions of a stack with what an operation says about its verification: the results of one that verified it,
 * none after one that may have changed it.
 */
export function verifiedConditions(
  before: Condition[],
  plan: Plan,
  { results, records, at, ending }: Verification,
): Condition[] {
  if (mayChangeTools(plan)) return before.filter((condition) => !isVerification(condition));
  if (plan.kind !== 'verify') return before;
  const known = ending ? before.map((condition) => withReason(condition, ending)) : before;
  return plan.steps.reduce<Condition[]>((conditions, step) => {
    const result = results.find(({ id }) => id === step.id);
    if (step.activity !== 'verifyComponent' || result === undefined) return conditions;
    const { problem } = result;
    const message = problem?.message ?? tookText(records.find(({ id }) => id === step.id));
    return withCondition(conditions, {
      type: step.input.condition,
      ...RESULTS[result.state],
      ...(result.state !== 'blocked' && { message }),
      ...(problem && { reason: problem.code }),
      lastTransitionTime: at,
    });
  }, known);
}

interface Verification {
  results: readonly StepResult[];
  records: readonly StepRecord[];
  at: string;
  ending: Ending | undefined;
}

const RESULTS = {
  done: { status: 'True', reason: 'Verified', message: '' },
  failed: { status: 'False', reason: 'Failed', message: '' },
  blocked: { status: 'Unknown', reason: 'Blocked', message: 'What it builds on failed.' },
} as const satisfies Record<StepResult['state'], Pick<Condition, 'status' | 'reason' | 'message'>>;

/** `at 2026-11-21T13:08Z in 1:52` */
function tookText({ startedAt = '', finishedAt = '' }: Partial<StepRecord> = {}): string {
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  if (Number.isNaN(seconds)) return '';
  const rest = String(seconds % 60).padStart(2, '0');
  return `at ${finishedAt.slice(0, 16)}Z in ${Math.floor(seconds / 60)}:${rest}`;
}

/** What was due stays unknown, with the reason why the verification ended. */
const withReason = (condition: Condition, { problem: { code, message } }: Ending): Condition =>
  isVerification(condition) && condition.status === 'Unknown'
    ? { ...condition, reason: code, message }
    : condition;

/** The part of a stack's record that says whether it is verified next. */
export function verificationAfter(
  { catalogue }: Services,
  { spec, suffix }: Pick<StackRecord, 'spec' | 'suffix'>,
  plan: Plan,
  conditions: Condition[],
  { phase }: Conclusion,
  at: string,
): { conditions: Condition[]; verifyDue?: true } {
  if (phase !== 'Ready' || !mayChangeTools(plan)) return { conditions };
  const next = planVerify(spec, suffix, catalogue.components);
  const isDue = next.steps.length > 0 && obstacleOf(conditions) === undefined;
  return {
    conditions: [...conditions, ...unverified(conditions, next, at)],
    ...(isDue && { verifyDue: true }),
  };
}

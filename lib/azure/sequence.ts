import { done, type Outcome } from '../domain/outcome.ts';

/** One of several changes of a resource that Azure makes one at a time. */
export interface Change {
  name: string;
  run: (resume?: string) => Promise<Outcome<unknown>>;
}

/** Which change is in progress, and where it continues. */
interface Position {
  change: string;
  resume: string;
}

/**
 * Makes one change after the other. A call with `resume` continues the change that is in progress; one
 * without it begins at the first, which costs no more than reading those that are done.
 */
export async function sequence(changes: readonly Change[], resume?: string): Promise<Outcome> {
  const position = resume === undefined ? undefined : (JSON.parse(resume) as Position);
  const from = changes.findIndex(({ name }) => name === position?.change);
  for (const { name, run } of changes.slice(Math.max(0, from))) {
    const outcome = await run(name === position?.change ? position.resume : undefined);
    if (outcome.state === 'ready') continue;
    return outcome.state === 'pending' ? withPosition(outcome, name) : outcome;
  }
  return done;
}

const withPosition = (outcome: Outcome & { state: 'pending' }, change: string): Outcome =>
  outcome.resume === undefined
    ? outcome
    : { ...outcome, resume: JSON.stringify({ change, resume: outcome.resume } satisfies Position) };

import { done, type Outcome } from '../domain/outcome.ts';

/** A change of a resource; Azure makes only one change of it at a time. */
export interface Change {
  name: string;
  run: (resume?: string) => Promise<Outcome<unknown>>;
}

/** The change in progress, and its state. */
interface Position {
  change: string;
  resume: string;
}

/**
 * Makes changes one at a time. With `resume` it continues the change in progress. Without it, it starts with
 * the first change; completed changes only cost a read.
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

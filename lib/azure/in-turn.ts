import { done, type Outcome } from '../domain/outcome.ts';

/** One of several changes of a resource that Azure takes one at a time. */
export interface Part {
  name: string;
  run: (resume?: string) => Promise<Outcome<unknown>>;
}

/** Which part is under way, and where it continues. */
interface UnderWay {
  part: string;
  resume: string;
}

/**
 * Brings about one part after the other. A call with `resume` goes on with the part that is under way; one
 * without it begins at the first, which costs no more than looking at those that are done.
 */
export async function inTurn(parts: readonly Part[], resume?: string): Promise<Outcome> {
  const underWay = resume === undefined ? undefined : (JSON.parse(resume) as UnderWay);
  const from = parts.findIndex(({ name }) => name === underWay?.part);
  for (const { name, run } of parts.slice(Math.max(0, from))) {
    const outcome = await run(name === underWay?.part ? underWay.resume : undefined);
    if (outcome.state === 'ready') continue;
    return outcome.state === 'pending' ? carryOn(outcome, name) : outcome;
  }
  return done;
}

const carryOn = (outcome: Outcome & { state: 'pending' }, part: string): Outcome =>
  outcome.resume === undefined
    ? outcome
    : { ...outcome, resume: JSON.stringify({ part, resume: outcome.resume } satisfies UnderWay) };

import { only, sizeOf, type Scenario } from './scenario.ts';

/**
 * Looks for fewer parts of a scenario that still break an invariant: leaves out halves, then quarters, and so on down to
 * single parts. `breaks` lives a scenario. A life is concurrent and does not repeat exactly, so the result is a short
 * history that broke it once, not the shortest one.
 */
export async function shrink(
  scenario: Scenario,
  breaks: (smaller: Scenario) => Promise<boolean>,
  tries: number,
): Promise<number[]> {
  let kept = Array.from({ length: sizeOf(scenario) }, (_, number) => number);
  let left = tries;
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1 && left > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < kept.length && left > 0; left--) {
      const smaller = kept.toSpliced(start, size);
      if (await breaks(only(scenario, smaller))) kept = smaller;
      else start += size;
    }
  }
  return kept;
}

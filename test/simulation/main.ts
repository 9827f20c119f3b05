// Lives whole lives of stacks under faults, each a function of its seed, and checks what must hold in every one.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startTables } from '../../local/tables/index.ts';
import { violationsOf } from './invariants.ts';
import { live } from './life.ts';
import { lineOf, reportOf, summaryOf, type Result } from './report.ts';
import { only, scenarioOf, type Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';

const { values: options } = parseArgs({
  options: {
    /** The number of lives. */
    seeds: { type: 'string' },
    /** The first seed. */
    seed: { type: 'string', default: '1' },
    /** Parts of the scenario to keep, by number. */
    only: { type: 'string' },
    /** Lives at the same time: they mostly wait for the simulated clock. */
    jobs: { type: 'string', default: String(3 * availableParallelism()) },
    /** How many lives the search for a shorter history may take, for each broken seed. */
    tries: { type: 'string', default: '10' },
  },
});

const first = Number(options.seed);
const count = Number(options.seeds ?? 1);
const parts = options.only?.split(',').map(Number);

const tables = await startTables();

async function check(scenario: Scenario): Promise<Result> {
  const began = performance.now();
  const lived = await livedOf(scenario);
  return { scenario, ...lived, milliseconds: performance.now() - began };
}

async function livedOf(scenario: Scenario): Promise<Pick<Result, 'evidence' | 'violations'>> {
  try {
    const evidence = await live(scenario, tables.connectionString);
    return { evidence, violations: violationsOf(evidence) };
  } catch (error) {
    const finding = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      evidence: undefined,
      violations: [{ invariant: 'the control plane can be used', findings: [finding] }],
    };
  }
}

/** Prints a short history that breaks the same invariant, and how to replay it. */
async function explain(result: Result): Promise<void> {
  const { scenario } = result;
  const broken = result.violations[0]?.invariant;
  let shortest = result;
  const breaks = async (smaller: Scenario) => {
    const again = await check(smaller);
    const isBroken = again.violations.some(({ invariant }) => invariant === broken);
    if (isBroken) shortest = again;
    return isBroken;
  };
  const kept = parts ?? (await shrink(scenario, breaks, Number(options.tries)));
  const command = `npm run test:faults -- --seed ${scenario.seed} --only ${kept.join(',')}`;
  console.log(reportOf(shortest, command));
}

const waiting = Array.from({ length: count }, (_, index) => first + index);
const results: Result[] = [];

async function work(): Promise<void> {
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    const whole = scenarioOf(seed);
    const result = await check(parts ? only(whole, parts) : whole);
    console.log(lineOf(result));
    results.push(result);
    if (result.violations.length > 0) await explain(result);
  }
}

await Promise.all(Array.from({ length: Number(options.jobs) }, work));
console.log(`\n${summaryOf(results)}`);
await tables.close();
process.exit(results.some(({ violations }) => violations.length > 0) ? 1 : 0);

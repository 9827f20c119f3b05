import fc from 'fast-check';
import { action, opening, STACKS, type Action, type Draft } from './actions.ts';
import { incident, type Incident } from './incidents.ts';

/** A life of some stacks: what callers request, and what fails meanwhile. A pure function of its seed. */
export interface Scenario {
  seed: number;
  /** The requests of each caller, in order. */
  callers: Action[][];
  /** In the order in which they happen. */
  incidents: Incident[];
}

const actions = fc
  .tuple(opening, fc.array(action, { minLength: 7, maxLength: 12, size: 'max' }))
  .map(([first, others]) => [first, ...others]);

const lists = fc.record({
  callers: fc.array(actions, { minLength: 2, maxLength: 3, size: 'max' }),
  incidents: fc.array(incident, { minLength: 8, maxLength: 24, size: 'max' }),
});

/** The scenario of a seed. */
export function scenarioOf(seed: number): Scenario {
  const [{ callers, incidents } = { callers: [], incidents: [] }] = fc.sample(lists, { seed, numRuns: 1 });
  return {
    seed,
    callers: callers.map((drafts, caller) =>
      drafts.map((each, index) => complete(each, caller, index, callers.length)),
    ),
    incidents: incidents.toSorted((a, b) => a.at - b.at),
  };
}

/** Each action has an operation id of its own, unless it reuses that of the action before. */
function complete({ isOwn, ...each }: Draft, caller: number, index: number, callers: number): Action {
  const stack = STACKS[(caller + (isOwn ? 0 : 1)) % callers] ?? '';
  return { ...each, stack, id: `c${caller}-${each.reuses ? index - 1 : index}` };
}

/** A part of a scenario that can be left out. */
type Part = { caller: number; action: Action } | { incident: Incident };

const partsOf = ({ callers, incidents }: Scenario): Part[] => [
  ...callers.flatMap((actions, caller) => actions.map((each): Part => ({ caller, action: each }))),
  ...incidents.map((each): Part => ({ incident: each })),
];

/** The number of parts of a scenario: its actions, then its incidents. */
export const sizeOf = (scenario: Scenario): number => partsOf(scenario).length;

/** The scenario with some of its parts, by their numbers. */
export function only(scenario: Scenario, numbers: readonly number[]): Scenario {
  const kept = partsOf(scenario).filter((_, number) => numbers.includes(number));
  return {
    seed: scenario.seed,
    callers: scenario.callers.map((_, caller) =>
      kept.flatMap((part) => ('action' in part && part.caller === caller ? [part.action] : [])),
    ),
    incidents: kept.flatMap((part) => ('incident' in part ? [part.incident] : [])),
  };
}

import type { Action } from './actions.ts';
import { faultName, type Incident } from './incidents.ts';
import type { Violation } from './invariants.ts';
import type { Evidence } from './life.ts';
import type { Scenario } from './scenario.ts';

/** A life that has ended. */
export interface Result {
  scenario: Scenario;
  /** Undefined when the life could not be lived to its end. */
  evidence: Evidence | undefined;
  violations: Violation[];
  milliseconds: number;
}

const MOST_FINDINGS = 5;
const LAST_LINES = 25;

const faultsOf = ({ record }: Evidence): string[] =>
  record.flatMap((line) => (line.kind === 'incident' && line.name !== 'kill' ? [line.name] : []));

/** One line for a seed. */
export function lineOf({ scenario, evidence, violations, milliseconds }: Result): string {
  const counted = [
    `seed ${String(scenario.seed).padStart(5)}`,
    `operations ${String(evidence?.records.operations.length ?? '?').padStart(2)}`,
    `faults ${String(evidence ? faultsOf(evidence).length : '?').padStart(2)}`,
    `kills ${evidence?.kills ?? '?'}`,
    `${(milliseconds / 1000).toFixed(1).padStart(5)} s`,
  ];
  const result =
    violations.length === 0 ? 'ok' : `BROKEN: ${violations.map(({ invariant }) => invariant).join(', ')}`;
  return [...counted, result].join('   ');
}

/** The totals of all lives. */
export function summaryOf(results: readonly Result[]): string {
  const all = results.flatMap(({ evidence }) => evidence ?? []);
  const operations = all.flatMap(({ records }) => records.operations);
  const counts = (names: readonly string[]) =>
    [...Map.groupBy(names, (name) => name)]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([name, found]) => `${name} ${found.length}`)
      .join(', ');
  const kills = all.reduce((sum, each) => sum + each.kills, 0);
  const broken = results.filter(({ violations }) => violations.length > 0);
  return [
    `${results.length} lives, ${operations.length} operations, ${kills} kills, ${broken.length} broken`,
    `operations: ${counts(operations.map(({ kind, state }) => `${kind} ${state}`))}`,
    `problems: ${counts(operations.flatMap(({ problem }) => problem?.code ?? []))}`,
    `phases: ${counts(all.flatMap(({ settled }) => settled.stacks.map(({ phase }) => phase)))}`,
    `faults: ${counts(all.flatMap(faultsOf))}`,
    ...(broken.length > 0 ? [`broken seeds: ${broken.map(({ scenario }) => scenario.seed).join(', ')}`] : []),
  ].join('\n');
}

const actionText = ({ method, stack, path, id, body, copies, pause, waits }: Action): string =>
  [
    `${pause > 0 ? `after ${pause} s ` : ''}${method} ${stack}${path} (${id})`,
    ...(body ? [JSON.stringify(body)] : []),
    ...(copies > 1 ? [`${copies} times at once`] : []),
    ...(waits ? [] : ['does not wait']),
  ].join(' ');

const incidentText = ({ at, ...incident }: Incident): string =>
  `at request ${at}: ${faultName({ at, ...incident })} ${JSON.stringify(incident)}`;

/** What a scenario does, one line for each of its parts. */
export const scenarioText = ({ callers, incidents }: Scenario): string =>
  [
    ...callers.flatMap((actions, caller) => actions.map((each) => `caller ${caller}: ${actionText(each)}`)),
    ...incidents.map(incidentText),
  ].join('\n');

const findingsText = ({ invariant, findings }: Violation): string =>
  [
    `BROKEN: ${invariant}`,
    ...findings.slice(0, MOST_FINDINGS).map((finding) => `  ${finding}`),
    ...(findings.length > MOST_FINDINGS ? [`  and ${findings.length - MOST_FINDINGS} more`] : []),
  ].join('\n');

/** The last events and log lines of the stack that the first finding names; of all stacks when it names none. */
function lastLines({ records, record }: Evidence, violations: readonly Violation[]): string[] {
  const text = violations[0]?.findings.join(' ') ?? '';
  const stack = records.stacks.find(({ spec }) => new RegExp(`\\b${spec.name}\\b`).test(text))?.spec.name;
  const events = records.events
    .filter((event) => stack === undefined || event.stack === stack)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ at, kind, message, operation }) => `  ${at} ${kind} ${operation ?? ''} ${message}`);
  const logged = record.flatMap((line) =>
    line.kind === 'log' && line.message.includes(stack ?? '') ? [`  ${line.message}`] : [],
  );
  return ['last events:', ...events.slice(-LAST_LINES), 'last log lines:', ...logged.slice(-LAST_LINES)];
}

/** Everything about a broken life that helps to understand it. */
export const reportOf = ({ scenario, evidence, violations }: Result, command: string): string =>
  [
    '',
    `replay: ${command}`,
    ...violations.map(findingsText),
    'history:',
    scenarioText(scenario),
    ...(evidence ? lastLines(evidence, violations) : []),
    '',
  ].join('\n');

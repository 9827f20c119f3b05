import type { Finding, Problem } from '../../domain/problem.ts';
import type { Button, Card } from '../card.ts';
import { buttonOf, type ProblemContext } from '../remedies.ts';

/** The texts and buttons of a problem, to be part of a card. */
export interface ProblemParts {
  text: string[];
  buttons: Button[];
}

/** What happened, why, and what to do; what a chat can do is a button too. */
export function problemParts(problem: Problem | Finding, context: ProblemContext): ProblemParts {
  const { message, cause, remedies } = problem;
  const findings = ('findings' in problem ? (problem.findings ?? []) : []).map((finding) =>
    problemParts(finding, context),
  );
  const own = { ...context, ...('operationId' in problem && { operationId: problem.operationId }) };
  return {
    text: [
      message,
      ...(cause === undefined ? [] : [cause]),
      ...findings.flatMap(({ text }) => text),
      ...remedies.map(({ action, text, arguments: given = {} }) =>
        action === 'runAzureCli' ? `${text} ${String(given['command'] ?? '')}` : text,
      ),
    ],
    buttons: distinct([
      ...findings.flatMap(({ buttons }) => buttons),
      ...remedies.flatMap((remedy) => buttonOf(remedy, own) ?? []),
    ]),
  };
}

/** Each button once. */
export const distinct = (buttons: readonly Button[]): Button[] => [
  ...new Map(buttons.map((button) => [button.command ?? button.url, button])).values(),
];

/** A problem, such as a refused request. */
export function problemCard(problem: Problem, context: ProblemContext = {}): Card {
  const { text, buttons } = problemParts(problem, context);
  return {
    title: context.stack ?? 'Matcha',
    state: { text: problem.code, tone: 'bad' },
    text,
    ...(buttons.length > 0 && { buttons }),
  };
}

import type { Remedy } from '../../lib/domain/remedy.ts';

/** Everything that remedies say, texts and arguments alike, on one line. */
export const spelled = (remedies: readonly Remedy[] = []): string =>
  remedies
    .map(({ action, arguments: given = {}, text }) => [action, ...Object.values(given), text].join(' '))
    .join(' | ');

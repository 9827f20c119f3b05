import type { Remedy } from '../../lib/domain/remedy.ts';

/** The actions, arguments and texts of remedies on one line. */
export const remedyText = (remedies: readonly Remedy[] = []): string =>
  remedies
    .map(({ action, arguments: values = {}, text }) => [action, ...Object.values(values), text].join(' '))
    .join(' | ');

import { unrevealed } from '../callers.ts';
import type { Evidence } from '../life.ts';

/** Access tokens of the simulated Azure end with this. */
const TOKEN = /\.simulated\b|Bearer \S/;

/** Secret values stand in the answer that reveals them, and nowhere else. */
export function secretsAreKept({ record, records, history, exchanges }: Evidence): string[] {
  const secrets = record.flatMap((line) => (line.kind === 'secret' ? [line.value] : []));
  const logged = record.flatMap((line) => (line.kind === 'log' ? [line.message] : []));
  const places = {
    'the tables': records.text,
    'the orchestrations': history,
    'the log': logged.join('\n'),
    'an answer': unrevealed(exchanges).map(({ body }) => body).join('\n'),
  }; // prettier-ignore
  return Object.entries(places).flatMap(([place, text]) => {
    const found = secrets.find((secret) => text.includes(secret)) ?? TOKEN.exec(text)?.[0];
    if (found === undefined) return [];
    const at = text.indexOf(found);
    return [`${place}: ...${text.slice(Math.max(0, at - 200), at + found.length)}`];
  });
}

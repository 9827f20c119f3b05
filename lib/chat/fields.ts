import { invalidRequest } from '../domain/invalid-request.ts';
import type { Problem } from '../domain/problem.ts';
import { stackRequest, type StackRequest } from '../domain/stack-request.ts';

/** Fields whose value is a list also when it has one element. */
const LISTS = new Set(['components', 'cluster.onShortage.nodeSizes', 'access.allowFrom']);

/** A field of a stack by its path, such as `cluster.maxNodes=5`; undefined for another word. */
export function parseField(word: string): { path: string; value: unknown } | undefined {
  const [, path, text] = /^([A-Za-z]+(?:\.[A-Za-z]+)*)=(.*)$/.exec(word) ?? [];
  if (path === undefined || text === undefined) return undefined;
  return { path, value: valueOf(path, text) };
}

function valueOf(path: string, text: string): unknown {
  if (LISTS.has(path)) return text.split(',').filter(Boolean);
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

type FieldValue = string | number | boolean | readonly string[];

/** A field as a word that `parseField` reads; undefined for a value with spaces, which a chat cannot carry. */
export function fieldWord(path: string, value: FieldValue): string | undefined {
  const text = typeof value === 'object' ? value.join(',') : String(value);
  return /\s|`/.test(text) || parseField(`${path}=${text}`) === undefined ? undefined : `${path}=${text}`;
}

/** The request for fields by their paths, or the problem that names the wrong ones. */
export function requestOf(
  fields: Readonly<Record<string, unknown>>,
): { request: StackRequest } | { problem: Problem } {
  const parsed = stackRequest.safeParse(
    nested(Object.entries(fields).map(([path, value]) => [path.split('.'), value])),
  );
  return parsed.success ? { request: parsed.data } : { problem: invalidRequest(parsed.error).problem };
}

/** `cluster.maxNodes` as a member of the member `cluster`. A path below a value replaces it. */
function nested(fields: readonly (readonly [readonly string[], unknown])[]): unknown {
  const names = [...new Set(fields.flatMap(([path]) => path.slice(0, 1)))];
  return Object.fromEntries(
    names.map((name) => {
      const own = fields.filter(([path]) => path[0] === name);
      const below = own
        .filter(([path]) => path.length > 1)
        .map(([path, value]) => [path.slice(1), value] as const);
      return [name, below.length > 0 ? nested(below) : own.at(-1)?.[1]];
    }),
  );
}

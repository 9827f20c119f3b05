import type { StackView } from '../lib/api/stack.ts';
import type { Answer, Api } from './api.ts';

interface Position {
  continuationToken?: string;
}

/** All pages of a list, in order. `read` requests the page at a position. */
export async function allPages<Page extends Position>(
  read: (position: Position) => Promise<Answer<Page>>,
): Promise<Answer<Page>[]> {
  const pages = [await read({})];
  for (;;) {
    const continuationToken = pages.at(-1)?.value.continuationToken;
    if (continuationToken === undefined) return pages;
    pages.push(await read({ continuationToken }));
  }
}

/** All stacks by name, with the time of the last answer. */
export async function allStacks(
  api: Api,
  { all }: { all: boolean },
): Promise<{ stacks: StackView[]; at: number }> {
  const pages = await allPages((position) => api('listStacks', { query: { all, ...position } }));
  const stacks = pages.flatMap(({ value }) => value.stacks);
  return {
    stacks: stacks.sort((a, b) => a.name.localeCompare(b.name)),
    at: pages.at(-1)?.at ?? Date.now(),
  };
}

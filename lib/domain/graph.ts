/** Something that can only begin when others are done. */
export interface Node {
  id: string;
  after: readonly string[];
}

/** A graph that cannot be worked off: a bug in the catalogue, not a mistake of a user. */
export class GraphError extends Error {
  override name = 'GraphError';
}

/**
 * Puts nodes in an order in which each comes after everything it waits for, otherwise as given.
 * Throws a GraphError that names the missing node, or the whole cycle.
 */
export function inOrder<N extends Node>(nodes: readonly N[]): N[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered = new Set<N>();
  const visit = (node: N, path: string[]) => {
    if (ordered.has(node)) return;
    if (path.includes(node.id)) {
      throw new GraphError(`Cycle: ${[...path.slice(path.indexOf(node.id)), node.id].join(' -> ')}`);
    }
    for (const id of node.after) {
      const dependency = byId.get(id);
      if (dependency === undefined) throw new GraphError(`${node.id} waits for ${id}, which is not there`);
      visit(dependency, [...path, node.id]);
    }
    ordered.add(node);
  };
  for (const node of nodes) visit(node, []);
  return [...ordered];
}

/** The longest chain of nodes by `duration`: what the whole cannot be faster than. */
export function criticalPath<N extends Node>(
  nodes: readonly N[],
  duration: (node: N) => number,
): { path: N[]; total: number } {
  const longest = new Map<string, { path: N[]; total: number }>();
  for (const node of inOrder(nodes)) {
    const before = node.after
      .map((id) => longest.get(id))
      .reduce((a, b) => ((b?.total ?? 0) > (a?.total ?? 0) ? b : a), undefined);
    longest.set(node.id, {
      path: [...(before?.path ?? []), node],
      total: (before?.total ?? 0) + duration(node),
    });
  }
  return [...longest.values()].reduce((a, b) => (b.total > a.total ? b : a), { path: [], total: 0 });
}

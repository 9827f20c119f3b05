/** A node that starts after all nodes in `after` are done. */
export interface Node {
  id: string;
  after: readonly string[];
}

/** A missing node or a cycle: a bug in the catalogue, not a mistake of a user. */
export class GraphError extends Error {
  override name = 'GraphError';
}

/**
 * Sorts nodes so that each comes after its dependencies, and otherwise keeps their order. Throws a GraphError
 * that names the missing node or the whole cycle.
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
      if (dependency === undefined) throw new GraphError(`${node.id} waits for ${id}, which does not exist`);
      visit(dependency, [...path, node.id]);
    }
    ordered.add(node);
  };
  for (const node of nodes) visit(node, []);
  return [...ordered];
}

/** The longest chain of dependent nodes by `duration`: the minimum duration of the graph. */
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

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalPath, inOrder, type Node } from '../../lib/domain/graph.ts';

const node = (id: string, ...after: string[]): Node => ({ id, after });

test('every node comes after its dependencies', () => {
  const graph = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 });
  fc.assert(
    fc.property(graph, (edges) => {
      const nodes = edges.map((to, index) =>
        node(String(index), ...to.filter((id) => id < index).map(String)),
      );
      const order = inOrder([...nodes].reverse()).map(({ id }) => id);
      expect(order).toHaveLength(nodes.length);
      for (const { id, after } of nodes) {
        for (const dependency of after) expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(id));
      }
    }),
  );
});

test('a cycle is reported with its path', () => {
  expect(() => inOrder([node('a', 'b'), node('b', 'c'), node('c', 'b')])).toThrow('Cycle: b -> c -> b');
});

test('a missing dependency is named', () => {
  expect(() => inOrder([node('a', 'ghost')])).toThrow('a waits for ghost, which is not there');
});

test('the critical path is the longest chain', () => {
  const nodes = [node('a'), node('b', 'a'), node('c', 'a'), node('d', 'b', 'c')];
  const seconds: Record<string, number> = { a: 1, b: 10, c: 3, d: 2 };
  const { path, total } = criticalPath(nodes, ({ id }) => seconds[id] ?? 0);
  expect(path.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
  expect(total).toBe(13);
});

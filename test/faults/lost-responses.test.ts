import { expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { startPlane } from '../helpers/embedded.ts';

const request = { location: 'uksouth', preset: 'llm' };

test('a provision and a destroy succeed without duplicates if each write loses its first response', async () => {
  const reference = await startPlane();
  expect((await reference.provision('demo', request)).state).toBe('Succeeded');
  const expected = kindsOf(reference.azure.inventory());
  await reference.close();

  const plane = await startPlane();
  const lost = new Set<string>();
  plane.faults.take = (target, method, path) => {
    const write = `${method} ${path}`;
    if (method === 'GET' || lost.has(write)) return undefined;
    lost.add(write);
    return { target, path: /./, loseResponse: true };
  };
  expect(await plane.provision('demo', request)).toMatchObject({ state: 'Succeeded' });
  expect(kindsOf(plane.azure.inventory())).toEqual(expected);

  const { id } = (await plane.api('DELETE', '/stacks/demo')).body as OperationView;
  const destroyed = await plane.ended(id);
  expect(destroyed).toMatchObject({ state: 'Succeeded', receipt: { left: [] } });
  expect(plane.azure.inventory()).toEqual([]);
  expect(lost.size).toBeGreaterThan(50);
  await plane.close();
});

/** The ids without random GUIDs. */
const kindsOf = (ids: string[]): string[] =>
  ids.map((id) => id.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*')).sort();

import { expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { startPlane } from '../helpers/embedded.ts';

const request = { location: 'uksouth', preset: 'llm' };

test('when the answer to every write is lost once, nothing is made twice and all goes on', async () => {
  const calm = await startPlane();
  expect((await calm.provision('demo', request)).state).toBe('Succeeded');
  const expected = kindsOf(calm.azure.inventory());
  await calm.close();

  const plane = await startPlane();
  const struck = new Set<string>();
  plane.faults.take = (target, method, path) => {
    const write = `${method} ${path}`;
    if (method === 'GET' || struck.has(write)) return undefined;
    struck.add(write);
    return { target, path: /./, loseResponse: true };
  };
  expect(await plane.provision('demo', request)).toMatchObject({ state: 'Succeeded' });
  expect(kindsOf(plane.azure.inventory())).toEqual(expected);

  const { id } = (await plane.api('DELETE', '/stacks/demo')).body as OperationView;
  const destroyed = await plane.ended(id);
  expect(destroyed).toMatchObject({ state: 'Succeeded', receipt: { left: [] } });
  expect(plane.azure.inventory()).toEqual([]);
  expect(struck.size).toBeGreaterThan(50);
  await plane.close();
});

/** Ids without what is new each time. */
const kindsOf = (ids: string[]): string[] =>
  ids.map((id) => id.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*')).sort();

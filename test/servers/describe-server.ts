import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readdirSync } from 'node:fs';
import type { PublicAccess } from '../../lib/domain/public-access.ts';
import { manifestParts, memoryLimit } from './container.ts';
import { IMAGES, type Tool } from './images.ts';
import { memoryOf } from './memory.ts';
import { manifestContext } from '../components/contexts.ts';
import { startServer, type Server } from './server.ts';
import { startStorage, type Storage } from './storage.ts';

/** The host name of an AKS API server, which the service proxy forwards in the Host header. */
const API_SERVER = 'demo-dns-1a2b3c4d.hcp.uksouth.azmk8s.io:443';

/**
 * Starts the real server of a tool and runs its canary, then `tests`, then the common tests. With `access`, as in a
 * public stack. Skipped if the tool is not installed.
 */
export function describeServer(
  tool: Tool,
  tests: (server: () => Server, storage: () => Storage) => void,
  access?: PublicAccess,
): void {
  const python = inject('python');
  const { component } = IMAGES[tool];
  const title = `${component.title} ${component.version}${access ? ', public' : ''}`;

  describe.skipIf('skip' in python)('skip' in python ? `${title} (skipped: ${python.skip})` : title, () => {
    let started: Server | undefined;
    let storage: Storage | undefined;
    const server = () => started!;

    beforeAll(async () => {
      if ('skip' in python) return;
      storage = await startStorage(manifestContext().storageAccount, component.azure?.containers ?? []);
      started = await startServer(python.servers, IMAGES[tool], manifestParts(component, access), storage);
    });
    afterAll(async () => {
      await started?.remove();
      await storage?.remove();
    });

    test('the canary passes repeatedly', async () => {
      const { canary } = server().parts.workload;
      await canary(server().cluster());
      await canary(server().cluster());
    });

    test('the canary passes with the Host header of the service proxy', async () => {
      await server().parts.workload.canary(server().cluster(API_SERVER));
    });

    tests(server, () => storage!);

    test('the server is alive and uses less memory than its limit', async () => {
      expect(await server().isAlive()).toBe(true);
      const used = memoryOf(server().pid() ?? 0);
      if (used !== undefined) {
        expect(used).toBeGreaterThan(10);
        expect(used).toBeLessThan(memoryLimit(server().parts));
      }
    });

    test('the server creates no files outside of its volumes', () => {
      expect(readdirSync(server().sandbox.workingFolder)).toEqual([]);
    });
  });
}

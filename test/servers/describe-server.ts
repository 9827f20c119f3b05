import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readdirSync } from 'node:fs';
import type { PublicAccess } from '../../lib/domain/public-access.ts';
import { memoryLimit } from './container.ts';
import { IMAGES, type Tool } from './images.ts';
import { memoryOf } from './memory.ts';
import { startServer, type Server } from './server.ts';

/** The name of AKS's API server, which its service proxy passes on as it came. */
const API_SERVER = 'demo-dns-1a2b3c4d.hcp.uksouth.azmk8s.io:443';

/**
 * Starts the real server of a tool and runs `tests` on it, in their order. First its canary, which in a cluster
 * comes first too; last what holds for every tool. With `access`, as in a stack that is public. Skipped where the
 * tool is not installed.
 */
export function describeServer(
  tool: Tool,
  tests: (server: () => Server) => void,
  access?: PublicAccess,
): void {
  const environment = inject('environments')[tool];
  const { component } = IMAGES[tool];
  const isMissing = 'skip' in environment;
  const title = `${component.title} ${component.version}${access ? ', public' : ''}`;

  describe.skipIf(isMissing)(isMissing ? `${title} (skipped: ${environment.skip})` : title, () => {
    let started: Server | undefined;
    const server = () => started!;

    beforeAll(async () => {
      if (isMissing) return;
      started = await startServer(environment.bin, IMAGES[tool], access);
    });
    afterAll(() => started?.remove());

    test('the canary passes, as often as it is run', async () => {
      const { canary } = server().parts.workload;
      await canary(server().cluster());
      await canary(server().cluster());
    });

    test('the canary passes when the service proxy names the API server as the host', async () => {
      await server().parts.workload.canary(server().cluster(API_SERVER));
    });

    tests(server);

    test('it stays alive within its memory limit', async () => {
      expect(await server().isAlive()).toBe(true);
      const used = memoryOf(server().pid() ?? 0);
      if (used !== undefined) {
        expect(used).toBeGreaterThan(10);
        expect(used).toBeLessThan(memoryLimit(server().parts));
      }
    });

    test('it leaves nothing where it has no volume', () => {
      expect(readdirSync(server().sandbox.workingFolder)).toEqual([]);
    });
  });
}

import { request } from 'node:http';
import { inject } from 'vitest';
import type { StandInRequest, StandInResponse } from '../../lib/components/stand-in.ts';
import { createClient } from '../../local/client.ts';
import { startEmbedded } from '../../local/embedded.ts';
import { clusterParts } from './container.ts';
import { IMAGES } from './images.ts';
import { startServer, type Server } from './server.ts';
import { startStorage } from './storage.ts';

/** In simulated seconds per real second. The tools are real: a token of an hour must last while a program uses them. */
const SPEED = 30;

/** The tools that are real. */
const TOOLS = ['zenml', 'mlflow', 'evidently'] as const;

export type Stack = Awaited<ReturnType<typeof startStack>>;

/**
 * Provisions a stack with the name demo on the embedded Azure, where real servers then take the place of the tools'
 * stand-ins: the processes have the settings and the secrets of their pods, and a second operation checks them and
 * registers the stack.
 */
export async function startStack() {
  const python = inject('python');
  if ('skip' in python) throw new Error(python.skip);
  const plane = await startEmbedded({ speed: SPEED });
  const client = createClient(plane.url);
  const body = { location: 'uksouth', components: ['registry', 'dvc', 'seldon', ...TOOLS] };
  expectUp(await client.provision('demo', body));

  const ids = plane.azure.inventory();
  const cluster = (ids.find((id) => /managedclusters\/demo-k8s$/i.test(id)) ?? '').toLowerCase();
  const account =
    ids
      .find((id) => /storageaccounts\/[^/]+$/i.test(id))
      ?.split('/')
      .at(-1) ?? '';
  const containers = TOOLS.flatMap((tool) => IMAGES[tool].component.azure?.containers ?? []);
  const storage = await startStorage(account, containers);
  const objects = () => plane.kubernetes.objects(cluster);
  const started = await Promise.all(
    TOOLS.map(async (tool) => {
      const parts = clusterParts(IMAGES[tool].component, objects());
      const server = await startServer(python.servers, IMAGES[tool], parts, storage);
      plane.kubernetes.runProcess(imageOf(parts.container), forwardTo(server));
      return [tool, server] as const;
    }),
  );
  // Without a change there would be nothing to do.
  expectUp(await client.provision('demo', { ...body, tags: { tools: 'real' } }));

  return {
    url: plane.url,
    servers: Object.fromEntries(started) as Record<(typeof TOOLS)[number], Server>,
    storage,
    objects,
    async remove(): Promise<void> {
      for (const [, server] of started) await server.remove();
      await storage.remove();
      await plane.close();
    },
  };
}

function expectUp({ state, problem }: { state: string; problem?: unknown }): void {
  if (state !== 'Succeeded') throw new Error(`The stack is not up: ${state} ${JSON.stringify(problem)}`);
}

const imageOf = ({ image }: { image: string }) => new RegExp(`^${image.replaceAll(/[.\\]/g, '\\$&')}$`);

const HOP_BY_HOP = ['connection', 'content-length', 'transfer-encoding', 'keep-alive'];

/** Sends a request for the pod to its process. */
const forwardTo =
  ({ sandbox: { port } }: Server) =>
  ({ method, path, query, headers, body, host }: StandInRequest): Promise<StandInResponse> =>
    new Promise((resolve, reject) => {
      const search = query.size > 0 ? `?${query.toString()}` : '';
      const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
      request({
        ...{ host: '127.0.0.1', port, method, path: path + search, agent: false },
        headers: { ...Object.fromEntries(kept), host, 'content-length': body.length },
      })
        .on('error', reject)
        .on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const answered = Object.entries(response.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(answered.map(([name, value]) => [name, String(value)])),
              body: Buffer.concat(chunks),
            });
          });
        })
        .end(body);
    });

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server as Listener } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { stringify } from 'yaml';
import type { StandInRequest, StandInResponse } from '../../lib/components/stand-in.ts';
import { AKS_AUDIENCE } from '../../local/azure/index.ts';
import { createClient } from '../../local/client.ts';
import { startEmbedded } from '../../local/embedded.ts';
import { CLIENT_ID } from '../components/contexts.ts';
import { clusterParts } from './container.ts';
import { IMAGES, type Tool } from './images.ts';
import { startServer, type Server } from './server.ts';
import { startStorage } from './storage.ts';

/** In simulated seconds per real second. The tools are real: a canary of theirs may take a real second. */
const SPEED = 60;

export type Stack<T extends Tool> = Awaited<ReturnType<typeof startStack<T>>>;

/**
 * Provisions a stack with the name demo on the embedded Azure, where real servers then take the place of the stand-ins of
 * `tools`: the processes have the settings and the secrets of their pods, and a second operation checks them and
 * registers the stack. Waits while another test has a stack.
 */
export async function startStack<T extends Tool>(tools: readonly T[]) {
  const python = inject('python');
  if ('skip' in python) throw new Error(python.skip);
  const turn = await takeTurn();
  const plane = await startEmbedded({ speed: SPEED });
  const client = createClient(plane.url);
  const body = { location: 'uksouth', components: ['registry', 'dvc', 'seldon', ...tools] };
  expectUp(await client.provision('demo', body));

  const ids = plane.azure.inventory();
  const cluster = (ids.find((id) => /managedclusters\/demo-k8s$/i.test(id)) ?? '').toLowerCase();
  const account =
    ids
      .find((id) => /storageaccounts\/[^/]+$/i.test(id))
      ?.split('/')
      .at(-1) ?? '';
  const containers = tools.flatMap((tool) => IMAGES[tool].component.azure?.containers ?? []);
  const storage = await startStorage(account, containers);
  const objects = () => plane.kubernetes.objects(cluster);
  const started = await Promise.all(
    tools.map(async (tool) => {
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
    servers: Object.fromEntries(started) as Record<T, Server>,
    storage,
    objects,
    /** The variables of a user who is signed in to Azure, with a kubeconfig as Azure's CLI makes it, in this folder. */
    async user(folder: string): Promise<Record<string, string>> {
      const signedIn = await plane.azure.credential.getToken(`${AKS_AUDIENCE}/.default`);
      const named = { name: 'demo-k8s' };
      const file = join(folder, 'kubeconfig');
      const text = stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ ...named, cluster: plane.kubernetes.endpoint(cluster) }],
        users: [{ ...named, user: { token: signedIn?.token } }],
        contexts: [{ ...named, context: { cluster: named.name, user: named.name } }],
        'current-context': named.name,
      });
      writeFileSync(file, text, { mode: 0o600 });
      return {
        ...storage.network,
        ...storage.identity(CLIENT_ID),
        HOME: folder,
        KUBECONFIG: file,
        ZENML_ANALYTICS_OPT_IN: 'False',
        ZENML_CONFIG_PATH: join(folder, 'zenml'),
      };
    },
    async remove(): Promise<void> {
      for (const [, server] of started) await server.remove();
      await storage.remove();
      await plane.close();
      turn.close();
    },
  };
}

/** In milliseconds; another test may have its stack for minutes. */
export const STACK_TIMEOUT = 30 * 60_000;

const TURN = 8236;

/**
 * Waits until no other process has a stack, because the local ports of `matcha connect` are fixed. The turn is a
 * port of its own, which ends with the process that listens on it.
 */
async function takeTurn(): Promise<Listener> {
  for (;;) {
    const listener = createServer();
    const listening = once(listener.listen(TURN, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (await listening) return listener;
    await setTimeout(500);
  }
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

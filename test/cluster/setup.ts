import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { parse } from 'yaml';
import { BOOTSTRAP_OBJECTS } from '../../local/kubernetes/bootstrap.ts';
import { clientOf } from '../helpers/kubernetes-client.ts';
import { freePort } from '../helpers/free-port.ts';
import { startApiServer, startControllers, startEtcd, TOKENS, type ApiServer } from './processes.ts';
import type { ClusterFiles, Running } from './processes.ts';
import { findPrograms } from './programs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    clusterFiles: ClusterFiles;
  }
}

const report = (text: string) => process.stdout.write(`cluster: ${text}\n`);

/** Starts a cluster for all tests. Where its programs cannot be built, ends the run without a failure and says why. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = await findPrograms(report);
  if ('skip' in programs) {
    report(`SKIPPED: ${programs.skip}. Nothing was tested against a real API server.`);
    process.exit(0);
  }
  const folder = await mkdtemp(join(tmpdir(), 'matcha-cluster-'));
  const running: Running[] = [];
  const stop = async () => {
    for (const { stop: end } of running.reverse()) await end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const etcd = await startEtcd(folder, programs.path);
    running.push(etcd.running);
    const { api, running: server } = await startApiServer(etcd.files, await freePort());
    running.push(server);
    running.push(await startControllers(etcd.files, api));
    await createBootstrapObjects(api, programs.gatewayApi);
    report(`Kubernetes ${programs.version} at ${api.server}`);
    project.provide('apiServer', { ...api, tokens: TOKENS });
    project.provide('clusterFiles', etcd.files);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a new AKS cluster has: the kinds of the Gateway API, and the objects of the simulated clusters. */
async function createBootstrapObjects(endpoint: ApiServer, gatewayApi: string): Promise<void> {
  const { api } = clientOf(endpoint, TOKENS.admin);
  for (const file of await readdir(gatewayApi)) {
    for (const text of (await readFile(join(gatewayApi, file), 'utf8')).split(/^---$/m)) {
      const object = parse(text) as { kind?: string } | null;
      if (object?.kind === 'CustomResourceDefinition') await api.create(object);
    }
  }
  const created = async (object: object) => {
    // The client keeps the kinds that it has read, so each attempt needs a new one.
    const { api: fresh } = clientOf(endpoint, TOKENS.admin);
    return fresh.create(structuredClone(object)).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.message.startsWith('Unrecognized')) return false;
        throw error;
      },
    );
  };
  for (const object of BOOTSTRAP_OBJECTS) while (!(await created(object))) await sleep(100);
}

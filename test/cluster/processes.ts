import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { freePort } from '../helpers/free-port.ts';
import { killGroupOnExit } from '../helpers/process-group.ts';
import type { Program, Programs } from './programs.ts';

/** Bearer tokens of the API server. */
export const TOKENS = {
  /** Of a cluster administrator. */
  admin: 'token-of-an-administrator',
  /** Of a user without any permission. */
  powerless: 'token-of-a-powerless-user',
};

/** The state of a cluster on disk, and its etcd. It may have several API servers. */
export interface ClusterFiles {
  folder: string;
  etcd: string;
  path: Programs['path'];
}

/** An API server of a cluster. */
export interface ApiServer {
  port: number;
  server: string;
  /** PEM. */
  certificateAuthority: string;
}

export interface Running {
  /** Ends the process with SIGKILL, or in good order. */
  stop: (signal?: 'SIGKILL' | 'SIGTERM') => Promise<void>;
}

/** In milliseconds, on a busy machine with two cores. */
const START_LIMIT = 120_000;

/** Starts etcd on a new folder, and writes the tokens and the key that API servers need. */
export async function startEtcd(
  folder: string,
  path: Programs['path'],
): Promise<{ files: ClusterFiles; running: Running }> {
  mkdirSync(folder, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(join(folder, 'service-accounts.key'), privateKey);
  writeFileSync(join(folder, 'service-accounts.pub'), publicKey);
  const users = [`${TOKENS.admin},admin,1,"system:masters"`, `${TOKENS.powerless},nobody,2`];
  writeFileSync(join(folder, 'tokens.csv'), users.join('\n'));

  const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
  const etcd = client ?? '';
  const running = await start('etcd', { folder, etcd, path }, () => isOk(`${etcd}/health`), [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // Nothing has to survive this machine.
    '--unsafe-no-fsync',
    '--log-level=error',
  ]);
  return { files: { folder, etcd, path }, running };
}

/**
 * Starts an API server with the flags of AKS that callers notice: RBAC, and no anonymous requests (1.2.1 in
 * learn.microsoft.com/azure/aks/cis-kubernetes).
 */
export async function startApiServer(
  files: ClusterFiles,
  port: number,
): Promise<{ api: ApiServer; running: Running }> {
  const { folder, etcd } = files;
  const certificates = join(folder, `certificates-${port}`);
  const api = (): ApiServer => ({
    port,
    server: `https://127.0.0.1:${port}`,
    certificateAuthority: readFileSync(join(certificates, 'apiserver.crt'), 'utf8'),
  });
  const isReady = () => isOk(`https://127.0.0.1:${port}/readyz`, () => api().certificateAuthority);
  const running = await start('kube-apiserver', files, isReady, [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'service-accounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    // The Service of the API server itself would need an address that is not on loopback.
    '--endpoint-reconciler-type=none',
    '--shutdown-delay-duration=0s',
  ]);
  return { api: api(), running };
}

/** Starts the controllers: pods of workloads, the ends of namespaces, garbage collection, service accounts. */
export function startControllers(files: ClusterFiles, api: ApiServer): Promise<Running> {
  const { folder } = files;
  const certificate = join(folder, 'api-server.crt');
  writeFileSync(certificate, api.certificateAuthority);
  const kubeconfig = join(folder, 'controllers.json');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: api.server, 'certificate-authority': certificate } }],
    users: [{ name: 'admin', user: { token: TOKENS.admin } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  writeFileSync(kubeconfig, JSON.stringify(content));
  return start('kube-controller-manager', files, () => Promise.resolve(true), [
    `--kubeconfig=${kubeconfig}`,
    `--root-ca-file=${certificate}`,
    `--service-account-private-key-file=${join(folder, 'service-accounts.key')}`,
    '--leader-elect=false',
    '--secure-port=0',
    // The defaults are for a cluster that others use, too.
    '--kube-api-qps=500',
    '--kube-api-burst=500',
  ]);
}

async function start(
  name: Program,
  { folder, path }: ClusterFiles,
  isReady: () => Promise<boolean>,
  args: string[],
): Promise<Running> {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(path[name], args, { stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  killGroupOnExit(child);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const tail = () => readFileSync(log, 'utf8').split('\n').slice(-25).join('\n');
  const until = Date.now() + START_LIMIT;
  while (!(await isReady())) {
    if (hasEnded()) throw new Error(`${name} exited during its start:\n${tail()}`);
    if (Date.now() > until) throw new Error(`${name} did not become ready:\n${tail()}`);
    await sleep(100);
  }
  return { stop: (signal = 'SIGTERM') => stop(child, signal) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Whether a server answers with 200. Its certificate is read for each request, because it creates it at its start. */
async function isOk(url: string, certificateAuthority?: () => string): Promise<boolean> {
  const limit = 2000;
  try {
    const ca = certificateAuthority?.();
    const dispatcher = new Agent({ connect: { timeout: limit, ...(ca !== undefined && { ca }) } });
    const headers = { authorization: `Bearer ${TOKENS.admin}` };
    const response = await request(url, { dispatcher, headers, signal: AbortSignal.timeout(limit) });
    await response.body.dump();
    await dispatcher.close();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

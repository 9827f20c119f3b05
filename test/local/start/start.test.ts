import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../../../lib/activities/certificate.ts';
import { defaultCatalogue } from '../../../lib/components/default-catalogue.ts';
import { parseFlags } from '../../../local/flags.ts';
import { parseFaults } from '../../../local/named-faults.ts';
import type { Run } from '../../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const START = 'local/start.ts';
const folder = mkdtempSync(join(tmpdir(), 'matcha-start-'));

/** Runs a program of this repository to its end, without a terminal. */
const run = (program: string, ...words: string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, program), ...words],
      { cwd: folder, timeout: 60_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });

const kubeconfig = (name: string, server: string, user: object): string => {
  const file = join(folder, name);
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [
      {
        name: 'c',
        cluster: { server, ...(server.startsWith('http:') && { 'insecure-skip-tls-verify': true }) },
      },
    ],
    users: [{ name: 'u', user }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
};

test.each([
  [['--speed', 'abc'], '--speed must be a number above 0, up to 1000, not "abc".'],
  [['--sped', '3'], 'Unknown flag --sped. Did you mean --speed?'],
  [['--kubeconfig', 'missing'], 'The kubeconfig missing does not exist.'],
  [['--faults', 'thottle=0.1'], 'Unknown fault: "thottle". Did you mean throttle?'],
])('%j is answered with one sentence and exit code 2', async (words, sentence) => {
  expect(await run(START, ...words)).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` });
});

test.each([
  [['--port', '--speed', '3'], '--port needs a value.'],
  [['--quiet=1'], '--quiet takes no value.'],
  [['now'], 'Unexpected argument now.'],
])('the flags %j: %s', (words, sentence) => {
  const flags = { port: { type: 'string' }, speed: { type: 'string' }, quiet: { type: 'boolean' } } as const;
  expect(() => parseFlags(flags, words)).toThrow(sentence);
});

test.each([
  ['throttle=2', 'The value of the fault throttle must be a number from 0 to 1, not "2".'],
  ['lost', 'The value of the fault lost must be a number from 0 to 1, not "".'],
  ['stuck=mlfow', 'Unknown value of the fault stuck: "mlfow". Did you mean mlflow?'],
  ['quota=D4', 'Unknown value of the fault quota: "D4". Known are Standard_B2ms,'],
  ['policy=vm', 'Known are storage, registry, identity, cluster.'],
  ['', 'Unknown fault: "". Known are quota,'],
])('the faults "%s": %s', (text, sentence) => {
  expect(() => parseFaults(text, defaultCatalogue.components)).toThrow(sentence);
});

test('the other programs refuse unknown flags too, and all of them list theirs', async () => {
  for (const program of [START, 'local/quickstart.ts', 'bench/index.ts']) {
    const refused = { code: 2, stdout: '', stderr: 'Unknown flag --x. --help lists the flags.\n' };
    expect(await run(program, '--x'), program).toEqual(refused);
    expect(await run(program, '--help'), program).toMatchObject({ code: 0, stderr: '' });
  }
});

test('the command of a kubeconfig is shown and not run without consent', async () => {
  const ran = join(folder, 'ran');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [ran, '\u001b[2K'] };
  const refused = await run(START, '--kubeconfig', kubeconfig('exec', 'https://10.0.0.4', { exec }));
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain(`touch ${ran} "\\u001b[2K"`);
  expect(refused.stderr).toContain('--allow-exec');
  expect(existsSync(ran)).toBe(false);

  const config = { 'cmd-path': '/bin/sh', 'cmd-args': `-c "touch ${ran}"` };
  const old = kubeconfig('old', 'https://10.0.0.4', { 'auth-provider': { name: 'gcp', config } });
  expect((await run(START, '--kubeconfig', old)).stderr).toContain('/bin/sh');
});

test('credentials are never sent to another machine over plain HTTP', async () => {
  const file = kubeconfig('http', 'http://10.0.0.4:8080', { token: 't' });
  const refused = await run(START, '--kubeconfig', file);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('no https address') as unknown });
});

/** Answers of an API server by path; a number is an HTTP status. */
const apiServer = async (answers: Record<string, number | object>): Promise<string> => {
  const server = createHttpServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? 404;
    const isStatus = typeof answer === 'number';
    response.writeHead(isStatus ? answer : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isStatus ? { kind: 'Status', code: answer } : answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const VERSION = { major: '1', minor: '36' };

test.each<[string, Record<string, number | object>, RegExp]>([
  [
    'refuses the credentials',
    { '/version': 401 },
    /^The cluster refuses the credentials in .* \(HTTP 401\)\. Renew/,
  ],
  ['is another server', { '/version': 404 }, /is no API server: it answers HTTP 404 for \/version/],
  [
    'does not let the user manage it',
    { '/version': VERSION, [REVIEWS]: { kind: 'SelfSubjectAccessReview', status: { allowed: false } } },
    /may not manage everything in the cluster\. Bind it to the ClusterRole cluster-admin/,
  ],
])('an API server that %s is one sentence, before anything is started', async (_, answers, sentence) => {
  const file = kubeconfig('refusing', await apiServer(answers), { token: 't' });
  const refused = await run(START, '--kubeconfig', file, '--data', join(folder, 'none'));
  expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) as unknown });
});

test('an API server that does not answer, or has another certificate, is one sentence', async () => {
  const closed = kubeconfig('closed', 'https://127.0.0.1:1', { token: 't' });
  expect(await run(START, '--kubeconfig', closed)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /cannot be used: .*ECONNREFUSED 127\.0\.0\.1:1\. Start the cluster/,
    ) as unknown,
  });
  const { certificate, key } = await selfSigned({ hosts: ['localhost'], years: 1 }, Date.now());
  const server = createHttpsServer({ cert: certificate, key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = `https://localhost:${String((server.address() as AddressInfo).port)}`;
  const untrusted = kubeconfig('untrusted', address, { token: 't' });
  expect(await run(START, '--kubeconfig', untrusted)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/cannot be used: self-signed certificate/) as unknown,
  });
});

/** Starts a control plane and waits until it is up. Returns its first line of output. */
async function start(...words: string[]): Promise<{ pid: number; first: string; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [join(ROOT, START), '--port', '0', ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid ?? 0, first: output.toString(), kill };
}

test('one process uses a data folder at a time, and its death frees the folder', async () => {
  const data = ['--data', join(folder, 'data')];
  const first = await start(...data);
  const url = /http:\S+/.exec(first.first)?.[0] ?? '';
  const second = await run(START, '--port', '0', ...data);
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toContain(`process ${String(first.pid)} at ${url}`);
  await first.kill();
  expect((await start(...data)).first).toContain('Matcha is up');
});

test('a port in use is one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const refused = await run(START, '--port', String(port), '--data', join(folder, 'other'));
  const stderr = `Port ${String(port)} is in use by another program. Choose another with --port.\n`;
  expect(refused).toEqual({ code: 2, stdout: '', stderr });
});

import { afterEach, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { SentResponse } from '../../local/host/index.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { checkResponse } from '../helpers/contract.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { recordsOf } from '../helpers/stored.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const STACK = { location: 'uksouth', preset: 'llm', storage: { sharedKeyAccess: true } };

/** A different secret for each place that quotes one. */
const CANARIES = {
  parameter: 'canaryParameter4711',
  password: 'canaryPassword4712',
  urlPassword: 'canaryUrl4713',
  clientKey: 'Y2FuYXJ5Q2xpZW50S2V5NDcxNA==',
  token: 'canaryToken4715canaryToken4715',
  accountKey: `canaryAccountKey4716${'k'.repeat(66)}==`,
  signature: 'canarySignature4717%3D',
  page: 'canaryPage4718',
  wholeKey: `canaryListKeys4719${'k'.repeat(68)}==`,
  cutKey: 'canaryCutKey4720',
};

let plane: TestPlane;
const seen: string[] = [];
/** The generated administrator of ZenML, which a tool may quote without any form. */
let admin = '';

beforeAll(async () => {
  plane = await startPlane({
    log: (...entry) => seen.push(entry.join(' ')),
    onResponse: (response: SentResponse) => {
      checkResponse(response);
      // Its purpose is to show secrets.
      if (!(response.path.includes('reveal=true') && response.status === 200)) seen.push(response.body);
    },
  });
  await plane.provision('demo', STACK);
  await plane.settled('demo');
  const secret = clustersOf(plane)
    .objects('demo')
    .find(({ kind, metadata }) => kind === 'Secret' && metadata.name === 'zenml-admin');
  admin = Buffer.from(secret?.data?.['password'] ?? '', 'base64').toString('utf8');
  expect(admin).toMatch(/^\w{24}$/);
});

afterEach(async () => {
  plane.faults.clear();
  const { tables, history } = await recordsOf(plane);
  const places = { tables, history, seen: seen.join('\n') };
  const secrets = { ...CANARIES, admin, encoded: Buffer.from(admin).toString('base64') };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(1000);
    const found = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
    expect(
      found.map(([name]) => name),
      place,
    ).toEqual([]);
  }
});

/** Everything that users see of the operation: its steps, problems and the events of its stack. */
async function provision(stack: string, spec: object): Promise<OperationView> {
  const operation = await plane.provision(stack, spec);
  await plane.api('GET', `/stacks/${stack}`);
  await plane.api('GET', `/stacks/${stack}/events`);
  return operation;
}

const causeOf = ({ steps, problem }: OperationView): string =>
  [problem, ...steps.map((step) => step.problem)].map((found) => found?.cause ?? '').join('\n');

test('ZenML quotes the parameters of an SQL statement, and the password that it was sent', async () => {
  const message =
    `(sqlite3.OperationalError) attempt to write for admin with ${admin} a readonly database ` +
    '[SQL: UPDATE user SET password=? WHERE user.id = ?] ' +
    `[parameters: ('$2b$12$${CANARIES.parameter} )] ${CANARIES.parameter}', 'f00')] ` +
    '(Background on this error at: https://sqlalche.me/e/20/e3q8)';
  plane.faults.add({
    target: 'kubernetes',
    path: /zenml.*\/proxy\/api\/v1\/login$/,
    times: FOREVER,
    respond: { status: 500, body: { detail: ['OperationalError', message] } },
  });
  const operation = await provision('demo', { ...STACK, cluster: { maxNodes: 4 } });
  expect(operation).toMatchObject({ state: 'PartiallySucceeded', problem: { code: 'CANARY_FAILED' } });
  expect(operation.problem?.cause).toMatch(/Logging in: status 500.*a readonly database.*sqlalche\.me/);
});

test('an admission webhook quotes the object that it refuses', async () => {
  const message =
    'admission webhook "policy.example.com" denied the request: deployment "mlflow" has an environment with ' +
    `password: ${CANARIES.password} postgresql://mlflow:${CANARIES.urlPassword}@db.example.com:5432/mlflow ` +
    `{"client-key-data":"${CANARIES.clientKey}","token":"${CANARIES.token}"}`;
  plane.faults.add({
    target: 'kubernetes',
    method: 'PATCH',
    path: /\/deployments\/mlflow$/,
    times: FOREVER,
    respond: { status: 400, body: { kind: 'Status', apiVersion: 'v1', code: 400, message } },
  });
  const operation = await provision('webhook', { location: 'uksouth', components: ['mlflow'] });
  expect(operation.problem).toMatchObject({ code: 'MANIFEST_REFUSED' });
  expect(operation.problem?.cause).toMatch(
    /policy\.example\.com.*deployment "mlflow".*@db\.example\.com:5432/,
  );
});

test('Azure quotes the value that it refuses', async () => {
  const id = '/subscriptions/5a1ad000-0000-4000-8000-000000000001/resourceGroups/refused-resources';
  const message =
    `The value of '${id}' is not valid: DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${CANARIES.accountKey};` +
    ` https://x.blob.core.windows.net/c?sv=2024-11-04&sig=${CANARIES.signature}&se=2026`;
  plane.faults.add({
    target: 'arm',
    method: 'PUT',
    path: /\/storageAccounts\/refused/i,
    times: FOREVER,
    respond: { status: 400, body: { error: { code: 'InvalidParameter', message } } },
  });
  const operation = await provision('refused', { location: 'uksouth', components: ['mlflow'] });
  expect(operation.problem).toMatchObject({ code: 'INVALID_FOR_AZURE' });
  expect(operation.problem?.cause).toContain(id);
});

test('a gateway in front of Azure answers with a page', async () => {
  plane.faults.add({
    target: 'arm',
    method: 'PUT',
    path: /\/storageAccounts\/page/i,
    times: FOREVER,
    respond: { status: 400, body: `<html>${CANARIES.page}</html>`, headers: { 'content-type': 'text/html' } },
  });
  const operation = await provision('page', { location: 'uksouth', components: ['mlflow'] });
  expect(operation.problem).toMatchObject({ code: 'AZURE_REFUSED' });
  expect(causeOf(operation)).toMatch(/HTTP 400, request [0-9a-f-]{36}/);
});

const KEYS = `{"keys":[{"keyName":"key1","value":"${CANARIES.wholeKey}","permissions":"FULL"},{"keyName":"key2","value":"${CANARIES.cutKey}`;

test.each([
  ['incomplete', KEYS],
  ['a list', `["${CANARIES.cutKey}"]`],
])('the keys of the storage account are %s', async (_, body) => {
  const headers = { 'content-type': 'application/json' };
  plane.faults.add({
    target: 'arm',
    path: /\/listKeys$/i,
    times: FOREVER,
    respond: { status: 200, body, headers },
  });
  const { status, body: problem } = await plane.api('GET', '/stacks/demo/outputs?reveal=true');
  expect([status, problem]).toMatchObject([503, { code: 'AZURE_UNAVAILABLE' }]);
});

test.each([
  ['not YAML', `users:\n- user: {token: ${CANARIES.token}\n  x: [`],
  ['of another form', `clusters: ${CANARIES.token}`],
])('a kubeconfig is %s', async (_, kubeconfig) => {
  const value = Buffer.from(kubeconfig).toString('base64');
  plane.faults.add({
    target: 'arm',
    path: /\/listClusterUserCredential$/i,
    times: FOREVER,
    respond: { status: 200, body: { kubeconfigs: [{ name: 'clusterUser', value }] } },
  });
  // The address of a cluster is asked for again when nothing answers there.
  plane.faults.add({ target: 'kubernetes', path: /./, times: FOREVER, loseResponse: true });
  await plane.api('GET', '/stacks/demo/outputs?reveal=true');
  const { status, body: problem } = await plane.api('GET', '/stacks/demo/outputs?reveal=true');
  expect([status, problem]).toMatchObject([503, { code: 'AZURE_UNAVAILABLE' }]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pending } from '../../lib/domain/outcome.ts';
import { problem, PROBLEMS } from '../../lib/domain/problem.ts';
import { scrub, scrubAll } from '../../lib/domain/scrub.ts';
import { ERRORS } from '../faults/azure-faults.ts';

const KEY = `${'aZ09+/'.repeat(14)}Qx==`;
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
const PEM = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEA', '-----END RSA PRIVATE KEY-----'];

/** Texts of other systems, the secret in them, and what must stay. */
const QUOTED: [what: string, text: string, secret: string, rest: RegExp][] = [
  ['parameters of SQL', "failed [SQL: UPDATE user SET name=?] [parameters: ('s3cr )]et', 1)] (Background on this error at: https://sqlalche.me/e/20/e3q8)", 's3cr', /^failed \[SQL: UPDATE user SET name=\?\] .*e3q8\)$/],
  ['parameters of SQL, cut off', "failed [parameters: {'a': 's3cr", 's3cr', /^failed/],
  ['a connection string', `of DefaultEndpointsProtocol=https;AccountName=demost;AccountKey=${KEY};EndpointSuffix=core.windows.net`, KEY, /AccountName=demost;.*EndpointSuffix=core/],
  ['a key without a name', `the key ${KEY} is not valid`, KEY, /^the key .* is not valid$/],
  ['keys of a storage account', '{"keys":[{"keyName":"key1","value":"s3cr","permissions":"FULL"}]}', 's3cr', /key1.*FULL/],
  ['keys of a storage account, cut off', '{"keys":[{"keyName":"key1","value":"s3cr', 's3cr', /key1/],
  ['a shared access signature', 'GET https://x.blob.core.windows.net/c?sv=2024&sig=s3cr%2Fet%3D&se=2026 failed', 's3cr', /x\.blob\.core\.windows\.net\/c\?sv=2024.*se=2026 failed/],
  ['a password in a URL', 'mysql://zenml:s3cr@db.example.com:3306/zenml is down', 's3cr', /^mysql:\/\/zenml:.*@db\.example\.com:3306\/zenml is down$/],
  ['a password without a user in a URL', 'redis://:s3cr@cache:6379', 's3cr', /@cache:6379$/],
  ['a form', 'grant_type=password&username=admin&password=s3cr&x=1', 's3cr', /username=admin.*x=1/],
  ['JSON', '{"admin_password": "s3\\"cr", "name": "x"}', 's3', /"name": "x"/],
  ['JSON in JSON', String.raw`{"body":"{\"password\":\"s3cr\",\"name\":\"x\"}"}`, 's3cr', /name/],
  ['YAML', 'password: s3cr\nname: x', 's3cr', /name: x$/],
  ['a Python object', "{'password': 's3cr', 'name': 'x'}", 's3cr', /'name': 'x'/],
  ['an environment variable', 'env ZENML_DEFAULT_USER_PASSWORD=s3cr in mlflow', 's3cr', /USER_PASSWORD=.* in mlflow/],
  ['an environment of a pod', '{"env":[{"name":"DB_PASSWORD","value":"s3cr"},{"name":"A","value":"b"}]}', 's3cr', /DB_PASSWORD.*"A","value":"b"/],
  ['an environment of a pod in Go', 'v1.EnvVar{Name:"API_TOKEN", Value:"s3cr", ValueFrom:nil}', 's3cr', /API_TOKEN.*ValueFrom:nil/],
  ['a kubeconfig', 'users:\n- user:\n    client-key-data: czNjcmV0\n    token: 0123456789abcdef0123\n', 'czNjcmV0', /users:/],
  ['a token of a kubeconfig', 'user:\n    token: s3cr6789abcdef0123\n', 's3cr', /user:/],
  ['an HTTP header', 'Authorization: Basic czNjcjpldA== was refused', 'czNjcjpldA', /Authorization: .* was refused/],
  ['a bearer token', 'the header "Bearer s3cr6789abcdef" was refused', 's3cr', /the header .* was refused/],
  ['a JSON Web Token', `token ${TOKEN} has expired`, TOKEN, /^token .* has expired$/],
  ['a JSON Web Token, cut off', `cookie zenml-session=${TOKEN.slice(0, 30)}`, TOKEN.slice(0, 30), /zenml-session=/],
  ['a private key', `key:\n${PEM.join('\n')}\nrest`, 'MIIEowIBAAKCAQEA', /rest$/],
  ['a private key in JSON, cut off', `{"key":"${PEM.slice(0, 2).join('\\n')}`, 'MIIEowIBAAKCAQEA', /"key"/],
  ['a client secret of Entra', "'abc8Q~s3crs3crs3crs3crs3crs3crs3crs3cr' is wrong", 's3cr', /is wrong$/],
  ['a token of GitHub', 'ghp_s3crs3crs3crs3crs3cr1234 is wrong', 's3cr', /is wrong$/],
  ['a token of Slack', 'xoxb-s3cr-1234567890 is wrong', 's3cr', /is wrong$/],
]; // prettier-ignore

test.each(QUOTED)('%s has no secret any more', (_, text, secret, rest) => {
  expect(text).toContain(secret);
  expect(scrub(text)).not.toContain(secret);
  expect(scrub(text)).toMatch(rest);
  expect(scrub(scrub(text))).toBe(scrub(text));
  // In JSON, as in a log, and followed by other text.
  expect(scrub(JSON.stringify({ text }))).not.toContain(secret);
  expect(scrub(`${scrub(text)}; then this`)).toBe(`${scrub(text)}; then this`);
});

/** Parts of the errors of Azure, Kubernetes and the tools. */
const HARMLESS = [
  'admission webhook "validate.example.com" denied the request:',
  '/subscriptions/5a1ad000-0000-4000-8000-000000000001/resourceGroups/demo-resources/providers/Microsoft.Storage/storageAccounts/demost1a2b3',
  'mcr.microsoft.com/oss/v2/mlflow@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'https://sqlalche.me/e/20/e3q8',
  'demo-k8s-1a2b3c4d.hcp.uksouth.azmk8s.io:443',
  'AADSTS7000215: Invalid client secret provided.',
  'MountVolume.SetUp failed for volume "token": secret "zenml-admin" not found',
  'spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef.key: Required value',
  'spec.volumes[0].secret: Not found: "zenml-admin"',
  'secrets "zenml-admin" is forbidden',
  'Bearer authentication is required',
  'the access token is from the wrong issuer',
  'a-very-long-name-of-a-resource-that-has-several-parts-0123456789',
  'kubernetes.io/hostname=aks-sysd4sv5-12345678-vmss000000',
  'Correlation ID: 0b6a3c1e-9f5d-4f6e-8f21-b0d9a37d6a11',
  '2026-03-01T12:00:00.000Z',
];

test('harmless texts stay as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...HARMLESS), { maxLength: 6 }), (parts) => {
      expect(scrub(parts.join(' '))).toBe(parts.join(' '));
    }),
  );
});

test('the errors of Azure and the problems of Matcha stay as they are', () => {
  expect(scrubAll(PROBLEMS)).toEqual(PROBLEMS);
  const errors = Object.values(ERRORS).map(([fault]) => fault);
  expect(scrubAll(errors)).toEqual(errors);
});

test('values that were just handled are removed in every spelling', () => {
  const value = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(value, fc.constantFrom(...HARMLESS), (secret, text) => {
      fc.pre(secret.trim() !== '' && !text.includes(secret) && !'***'.includes(secret));
      const encoded = Buffer.from(secret).toString('base64');
      const quoting = [secret, encoded, encodeURIComponent(secret), JSON.stringify(secret)].join(' | ');
      const safe = scrub(`${text} | ${quoting} | ${text}`, [secret]);
      expect(safe).toBe([text, '***', '***', '***', '"***"', text].join(' | '));
    }),
  );
});

test('short values are not secret', () => {
  expect(scrub('the user admin is unknown', ['admin'])).toBe('the user admin is unknown');
});

test('all texts of a problem and of a pending step are scrubbed', () => {
  const text = 'it is password=s3cr';
  const finding = problem('AZURE_REFUSED', text, { cause: text });
  const found = problem('PREFLIGHT_FAILED', text, { cause: text, findings: [finding] });
  expect(JSON.stringify([found, pending(text, 5)])).not.toContain('s3cr');
  expect(found.message).toBe('it is password=***');
});

import { X509Certificate, createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSigned } from '../../lib/activities/certificate.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const HOST = 'demo-x1y2z.uksouth.cloudapp.azure.com';
const REQUEST = { hosts: [HOST], years: 2 } as const;

test('a certificate is self-signed and valid only for its host', async () => {
  const { certificate, key } = await selfSigned(REQUEST, NOW);
  const read = new X509Certificate(certificate);
  expect(read.checkHost(HOST)).toBe(HOST);
  expect(read.checkHost('demo.evil.example')).toBeUndefined();
  expect(read.checkIssued(read)).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('a certificate is valid for two years, for server authentication only', async () => {
  const read = new X509Certificate((await selfSigned(REQUEST, NOW)).certificate);
  expect(read.validFromDate).toEqual(new Date('2026-05-31T12:00:00Z'));
  expect(read.validToDate).toEqual(new Date('2028-05-31T12:00:00Z'));
  expect(read.ca).toBe(false);
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});

test('every certificate has its own key and serial number', async () => {
  const [first, second] = (await Promise.all([selfSigned(REQUEST, NOW), selfSigned(REQUEST, NOW)])).map(
    ({ certificate }) => new X509Certificate(certificate),
  );
  expect(first?.serialNumber).not.toBe(second?.serialNumber);
  expect(first?.publicKey.equals(second!.publicKey)).toBe(false);
});

test('a certificate can have several host names', async () => {
  const hosts = ['hook.tool.svc', 'hook.tool.svc.cluster.local'] as const;
  const read = new X509Certificate((await selfSigned({ hosts, years: 10 }, NOW)).certificate);
  for (const host of hosts) expect(read.checkHost(host)).toBe(host);
  expect(read.validToDate.getUTCFullYear()).toBe(2036);
});

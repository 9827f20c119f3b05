import { webcrypto } from 'node:crypto';

const DAY = 86_400_000;
const VALID_FOR = 2 * 365 * DAY;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * A key and a certificate for a host that it signs itself (RFC 5280), in PEM; valid for two years from a day
 * ago, because clocks differ. `now` is in milliseconds since the epoch.
 */
export async function selfSigned(host: string, now: number): Promise<{ certificate: string; key: string }> {
  // Loaded only when a stack is public; the first is what the second wants to find.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [host] }],
      notBefore: new Date(now - DAY),
      notAfter: new Date(now + VALID_FOR),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        new x509.BasicConstraintsExtension(false),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

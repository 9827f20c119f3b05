import { webcrypto } from 'node:crypto';

const DAY = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface CertificateRequest {
  /** The first is the common name. */
  hosts: readonly [string, ...string[]];
  years: number;
}

/**
 * Creates a key and a self-signed certificate (RFC 5280) for hosts, in PEM. It is valid from one day ago,
 * because clocks differ. `now` is in milliseconds since the epoch.
 */
export async function selfSigned(
  { hosts, years }: CertificateRequest,
  now: number,
): Promise<{ certificate: string; key: string }> {
  // Imported only when a certificate is created. The second package needs the first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [hosts[0]] }],
      notBefore: new Date(now - DAY),
      notAfter: new Date(now + years * 365 * DAY),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value }))),
        new x509.BasicConstraintsExtension(false),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

import { randomInt } from 'node:crypto';
import type { Certificate, Workload } from '../components/component.ts';
import { secretValues } from '../components/secrets.ts';
import type { ComponentInput } from '../domain/plan.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { selfSigned, type CertificateRequest } from './certificate.ts';

/** The secrets of a workload, with new values. Only missing ones are created. */
export async function newSecrets(
  { secrets, certificates = [] }: Workload,
  input: ComponentInput,
  now: number,
): Promise<KubernetesObject[]> {
  const generated = secrets.map((secret) => secretObject(secret, 'Opaque', secretValues(secret, randomText)));
  const signed = certificates.map(async (certificate) => {
    const request = requestOf(certificate, input);
    if (request === undefined) return [];
    const made = await selfSigned(request, now);
    const values = { 'tls.crt': made.certificate, 'tls.key': made.key };
    return [secretObject(certificate, 'kubernetes.io/tls', values)];
  });
  return [...generated, ...(await Promise.all(signed)).flat()];
}

/** Only the API server uses the certificate of a service, so it is valid for longer than a stack exists. */
function requestOf({ host, namespace }: Certificate, input: ComponentInput): CertificateRequest | undefined {
  if (host === 'public') return input.public && { hosts: [input.public.host], years: 2 };
  const name = `${host.service}.${namespace}.svc`;
  return { hosts: [name, `${name}.cluster.local`], years: 10 };
}

const secretObject = (
  { name, namespace }: { name: string; namespace: string },
  type: string,
  stringData: Record<string, string>,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'matcha' } },
  type,
  stringData,
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomText = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

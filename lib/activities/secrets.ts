import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Certificate, GeneratedSecret, Workload } from '../components/component.ts';
import { secretValues } from '../components/secrets.ts';
import type { ComponentInput } from '../domain/plan.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { selfSigned, type CertificateRequest } from './certificate.ts';
import { copyOf } from './release-records.ts';

/**
 * Creates the secrets of a workload that do not exist. Generated values are kept in a copy, from which a secret
 * that somebody deleted is restored: a tool has its password and the key of its encryption in its data, so that
 * new values would lock everybody out. A certificate is in no data, so that a new one will do.
 */
export async function createSecrets(
  cluster: Cluster,
  { secrets, certificates = [] }: Workload,
  input: ComponentInput,
  now: number,
): Promise<void> {
  await Promise.all(secrets.map((secret) => createGenerated(cluster, secret, input.component)));
  for (const certificate of certificates) {
    const request = requestOf(certificate, input);
    if (request === undefined) continue;
    const made = await selfSigned(request, now);
    const stringData = { 'tls.crt': made.certificate, 'tls.key': made.key };
    await cluster.createOnce({ ...secretObject(certificate, 'kubernetes.io/tls'), stringData });
  }
}

/** The values of an existing secret are right, also if somebody changed them: the copy follows them. */
async function createGenerated(cluster: Cluster, secret: GeneratedSecret, component: string): Promise<void> {
  const object = secretObject(secret, 'Opaque');
  const copy = copyOf(secret, component);
  const [current, kept] = await Promise.all([dataOf(cluster, object), dataOf(cluster, copy)]);
  if (current === undefined) {
    await cluster.createOnce({ ...copy, stringData: secretValues(secret, randomText) });
    await cluster.createOnce({ ...object, data: await dataOf(cluster, copy) });
  } else if (!isDeepStrictEqual(current, kept)) {
    await cluster.remove(copy);
    await cluster.createOnce({ ...copy, data: current });
  }
}

async function dataOf(cluster: Cluster, { apiVersion, kind, metadata }: KubernetesObject) {
  const found = await cluster.read({ apiVersion, kind, ...metadata });
  return (found as { data?: Record<string, string> } | undefined)?.data;
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
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'matcha' } },
  type,
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomText = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

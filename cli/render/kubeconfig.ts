import type { ClusterCredentials } from '../../lib/api/credentials.ts';
import { clusterName } from '../../lib/domain/names.ts';
import { rough, secondsBetween } from './duration.ts';
import { sentence } from './text.ts';

/** A kubeconfig with one context, whose namespace is that of the first tool. */
export function kubeconfigOf(stack: string, credentials: ClusterCredentials) {
  const name = clusterName(stack);
  const { server, certificateAuthority, token, forwards } = credentials;
  const ca = certificateAuthority && {
    'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
  };
  const context = { cluster: name, user: name, namespace: forwards[0]?.namespace };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, ...ca } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context }],
    'current-context': name,
  };
}

/** What a kubeconfig can be used for, and for how long. */
export function kubeconfigText(
  name: string,
  { expiresAt, forwards }: ClusterCredentials,
  at: number,
  file: string | undefined,
): string {
  const namespaces = [...new Set(forwards.map(({ namespace }) => namespace))];
  const written = file ?? 'It';
  return (
    `${written} is valid for ${rough(secondsBetween(new Date(at).toISOString(), expiresAt))}, until ${expiresAt}. It ` +
    `reads services and pods of ${sentence(namespaces)} and forwards ports to the pods; it can do nothing else. ` +
    `\`matcha connect ${name}\` does the same and renews its token.`
  );
}

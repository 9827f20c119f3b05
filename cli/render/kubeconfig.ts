import type { ClusterCredentials } from '../../lib/api/credentials.ts';
import { clusterName } from '../../lib/domain/names.ts';
import { rough, secondsBetween } from './duration.ts';
import { sentence } from './text.ts';

/** A kubeconfig with one context, whose namespace is that of pipelines, or of the first tool. */
export function kubeconfigOf(stack: string, credentials: ClusterCredentials) {
  const name = clusterName(stack);
  const { server, certificateAuthority, token, forwards, pipelines } = credentials;
  const ca = certificateAuthority && {
    'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
  };
  const context = { cluster: name, user: name, namespace: pipelines?.namespace ?? forwards[0]?.namespace };
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
  { expiresAt, forwards, pipelines }: ClusterCredentials,
  at: number,
  file: string | undefined,
): string {
  const namespaces = [...new Set(forwards.map(({ namespace }) => namespace))];
  const written = file ?? 'It';
  const may = [
    ...(pipelines === undefined ? [] : [`runs pipelines in ${pipelines.namespace}`]),
    ...(namespaces.length === 0
      ? []
      : [`reads services and pods of ${sentence(namespaces)} and forwards ports to the pods`]),
  ];
  return (
    `${written} is valid for ${rough(secondsBetween(new Date(at).toISOString(), expiresAt))}, until ${expiresAt}. It ` +
    `${may.join('; it ')}; it can do nothing else. ` +
    `\`matcha connect ${name}\` forwards the ports too, and renews its token.`
  );
}

import { clusterMetadata, metadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A rule for some resources (or subresources) of one API group; the core group is ''. */
export const rule = (apiGroup: string, resources: string[], verbs: string[]): Rule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});

/**
 * A service account. With `clientId`, its pods may act as that managed identity in Azure (workload identity).
 */
export const serviceAccount = (app: KubernetesApp, name: string, clientId?: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    ...metadata(app, name),
    ...(clientId !== undefined && { annotations: { 'azure.workload.identity/client-id': clientId } }),
  },
  automountServiceAccountToken: false,
});

/** The label that gives pods the credentials of their service account's managed identity. */
export const WORKLOAD_IDENTITY = { 'azure.workload.identity/use': 'true' };

/** The subject of a role binding. */
export interface Subject {
  namespace: string;
  serviceAccount: string;
}

/** A Role in the app's namespace, and its binding. */
export const grant = (
  app: KubernetesApp,
  name: string,
  to: Subject | readonly Subject[],
  rules: Rule[],
): KubernetesObject[] => [
  { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: metadata(app, name), rules },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: metadata(app, name),
    ...binding('Role', name, to),
  },
];

/** A ClusterRole, and its binding in all namespaces. */
export const grantEverywhere = (
  app: KubernetesApp,
  name: string,
  to: Subject,
  rules: Rule[],
): KubernetesObject[] => [
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: clusterMetadata(app, name), rules },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: clusterMetadata(app, name),
    ...binding('ClusterRole', name, to),
  },
];

const RBAC = 'rbac.authorization.k8s.io';

const binding = (kind: string, name: string, to: Subject | readonly Subject[]) => ({
  roleRef: { apiGroup: RBAC, kind, name },
  subjects: [to].flat().map(({ serviceAccount, namespace }) => ({
    kind: 'ServiceAccount',
    name: serviceAccount,
    namespace,
  })),
});

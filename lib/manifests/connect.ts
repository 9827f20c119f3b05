import type { KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';
import { grant, rule } from './rbac.ts';
import { SYSTEM_NAMESPACE, systemMetadata } from './system.ts';

/**
 * The service account whose tokens callers get to reach the tools of a stack. By itself it may do nothing; each tool
 * grants it its own namespace.
 */
export const CONNECT = { namespace: SYSTEM_NAMESPACE, serviceAccount: 'matcha-connect' };

export const connectAccount = (): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: systemMetadata(CONNECT.serviceAccount),
  automountServiceAccountToken: false,
});

/** Lets callers find the pods of an app's namespace and forward ports to them. */
export const allowConnect = (app: KubernetesApp): KubernetesObject[] =>
  grant(app, CONNECT.serviceAccount, CONNECT, [
    rule('', ['services'], ['get']),
    // kubectl reads the pod that it found in the list.
    rule('', ['pods'], ['get', 'list']),
    // A WebSocket is opened with GET. Since 1.35 the API server also requires `create` for it (kubernetes.io, feature
    // gate AuthorizePodWebsocketUpgradeCreatePermission).
    rule('', ['pods/portforward'], ['get', 'create']),
  ]);

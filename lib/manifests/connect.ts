import type { KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';
import { grant, rule, type Subject } from './rbac.ts';
import { SYSTEM_NAMESPACE, systemMetadata } from './system.ts';

/**
 * The service accounts whose tokens callers get to reach the tools of a stack. By themselves they may do nothing; each
 * tool grants them its own namespace.
 */
export const CALLERS = {
  /** Forwards ports to the tools. */
  connect: { namespace: SYSTEM_NAMESPACE, serviceAccount: 'matcha-connect' },
  /** The same, and runs pipelines. */
  pipelines: { namespace: SYSTEM_NAMESPACE, serviceAccount: 'matcha-submit' },
} as const satisfies Record<string, Subject>;

export const callerAccounts = (): KubernetesObject[] =>
  Object.values(CALLERS).map(({ serviceAccount }) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: systemMetadata(serviceAccount),
    automountServiceAccountToken: false,
  }));

/** Lets callers find the pods of an app's namespace and forward ports to them. */
export const allowConnect = (app: KubernetesApp): KubernetesObject[] =>
  grant(app, CALLERS.connect.serviceAccount, Object.values(CALLERS), [
    rule('', ['services'], ['get']),
    // kubectl reads the pod that it found in the list.
    rule('', ['pods'], ['get', 'list']),
    // A WebSocket is opened with GET. Since 1.35 the API server also requires `create` for it (kubernetes.io, feature
    // gate AuthorizePodWebsocketUpgradeCreatePermission).
    rule('', ['pods/portforward'], ['get', 'create']),
  ]);

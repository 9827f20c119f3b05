/**
 * The Kubernetes clusters behind the simulated AKS. An id is the lower-case ARM id of the managed cluster.
 * Every method must be idempotent: after a crash a call may be repeated, and a cluster may be deleted before
 * it was created.
 */
export interface ClusterBackend {
  create(id: string): void;
  stop(id: string): void;
  start(id: string): void;
  delete(id: string): void;
  /** The address of the API server, and the CA certificate (PEM) for the kubeconfig. */
  endpoint(id: string): { server: string; certificateAuthority?: string };
}

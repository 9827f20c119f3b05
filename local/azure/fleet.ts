/**
 * The clusters behind the simulated AKS. An id is the lower-case ARM id of the managed cluster.
 * After a crash a call may come a second time, and a cluster may be deleted before it was created: both are harmless.
 */
export interface ClusterFleet {
  create(id: string): void;
  stop(id: string): void;
  start(id: string): void;
  delete(id: string): void;
  /** The API server's address, and the CA (PEM) for the kubeconfig. */
  endpoint(id: string): { server: string; certificateAuthority?: string };
}

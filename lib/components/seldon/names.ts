/**
 * Each model has its own service, without a common gateway. ZenML shows addresses of models that begin with
 * this local port, `/seldon/<namespace>/<deployment>/`; the command forwards it. The pods of models act as
 * this service account.
 */
export const MODELS = {
  local: 8239,
  namespace: 'matcha-seldon-workloads',
  port: 8000,
  serviceAccount: 'default',
} as const;

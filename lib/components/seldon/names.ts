/**
 * Each model has its own service, without a common gateway. A path `/seldon/<namespace>/<deployment>/` at
 * this local port reaches the service of that model. Its pods act as this service account.
 */
export const MODELS = {
  local: 8239,
  namespace: 'matcha-seldon-workloads',
  port: 8000,
  serviceAccount: 'default',
} as const;

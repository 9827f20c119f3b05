/** A service that people use, and the local port that `matcha connect` gives it. */
export interface Endpoint {
  local: number;
  namespace: string;
  service: string;
  port: number;
}

/**
 * Local ports are fixed, so that the addresses in outputs and scripts stay true from one `matcha connect` to
 * the next; they lie beside the tools' own ports, which may be taken on a laptop.
 */
export const ENDPOINTS = {
  zenml: { local: 8237, namespace: 'zenml', service: 'zenml', port: 80 },
  mlflow: { local: 5237, namespace: 'mlflow', service: 'mlflow', port: 5000 },
  chroma: { local: 8238, namespace: 'chroma', service: 'chroma', port: 8000 },
} as const satisfies Record<string, Endpoint>;

/**
 * Models have a service each, none in front of them all: behind this port `/seldon/<namespace>/<deployment>/`
 * leads to the service of that model.
 */
export const MODELS = { local: 8239, namespace: 'matcha-seldon-workloads', port: 8000 } as const;

export const localUrl = ({ local }: { local: number }): string => `http://localhost:${local}`;

/** Where pods of the cluster find it. */
export const clusterUrl = ({ namespace, service, port }: Endpoint): string =>
  `http://${service}.${namespace}.svc.cluster.local${port === 80 ? '' : `:${port}`}`;

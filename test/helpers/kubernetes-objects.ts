import type { ReadObject } from './kubernetes-client.ts';

export const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

interface DeploymentOptions {
  image?: string;
  container?: object;
  pod?: object;
}

/** Builders of the objects that tests apply, in a namespace. */
export const objectsIn = (namespace: string) => ({
  deployment: (name: string, { image = 'nginx:1.29', container = {}, pod = {} }: DeploymentOptions = {}) => {
    const labels = { 'app.kubernetes.io/name': name };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', image, ...container }], ...pod },
        },
      },
    };
  },

  service: (name: string, port: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { 'app.kubernetes.io/name': name }, ports: [{ port }] },
  }),

  claim: (name: string, storage = '10Gi') => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'managed-csi',
      resources: { requests: { storage } },
    },
  }),

  config: (name: string, data: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  }),

  secret: (name: string, labels: Record<string, string> = {}) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels },
    stringData: { password: 'geheim' },
  }),
});

export const isAvailable = ({ status }: ReadObject): boolean => status?.['availableReplicas'] === 1;

/** The object with changes of its spec. */
export const withSpec = <T extends { spec: object }>(object: T, change: object) => ({
  ...object,
  spec: { ...object.spec, ...change },
});

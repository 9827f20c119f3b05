import { clusterMetadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

/**
 * The annotation that names a TLS Secret, as `<namespace>/<name>`. The API server trusts its certificate when
 * it calls the webhooks of the object. The certificate is created in the cluster, and is added when the
 * object is applied.
 */
export const CERTIFICATE_FROM = 'matcha.dev/certificate-from';

export interface Webhook {
  /** Fully qualified, such as `models.example.org`. */
  name: string;
  /** A service in the app's namespace. */
  service: string;
  port?: number;
  path: string;
  rules: { apiGroups: string[]; apiVersions: string[]; operations: string[]; resources: string[] }[];
}

/**
 * Webhooks that the API server calls before it accepts an object. `certificate` names the Secret in the app's
 * namespace with the certificate of the service.
 */
export const admissionWebhooks = (
  app: KubernetesApp,
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration',
  name: string,
  certificate: string,
  webhooks: readonly Webhook[],
): KubernetesObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: {
    ...clusterMetadata(app, name),
    annotations: { [CERTIFICATE_FROM]: `${app.namespace}/${certificate}` },
  },
  webhooks: webhooks.map(({ name: webhook, service, port = 443, path, rules }) => ({
    name: webhook,
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: service, namespace: app.namespace, port, path } },
    failurePolicy: 'Fail',
    rules,
    sideEffects: 'None',
  })),
});

/** The object with a certificate (PEM) by which the API server trusts its webhooks. */
export const withCertificate = (object: KubernetesObject, certificate: string): KubernetesObject => {
  const { webhooks } = object as { webhooks?: { clientConfig: object }[] };
  const caBundle = btoa(certificate);
  return {
    ...object,
    webhooks: (webhooks ?? []).map((webhook) => ({
      ...webhook,
      clientConfig: { ...webhook.clientConfig, caBundle },
    })),
  };
};

/** The Secret with the certificate of an object's webhooks; undefined without one. */
export function certificateOf({
  metadata,
}: KubernetesObject): { namespace: string; name: string } | undefined {
  const [namespace, name] = metadata.annotations?.[CERTIFICATE_FROM]?.split('/') ?? [];
  return namespace !== undefined && name !== undefined ? { namespace, name } : undefined;
}

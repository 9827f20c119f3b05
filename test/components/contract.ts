import { describe, expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import type { Component, Workload } from '../../lib/components/component.ts';
import { certificateOf } from '../../lib/manifests/webhook.ts';
import { CLIENT_ID, objectsOf, outputContext, withField, type Access } from './contexts.ts';
import { trialOf } from './trial.ts';

const CLUSTER_WIDE = [
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
];
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** What every component of the catalogue promises, in each kind of stack that can have it. */
export function contractOf(component: Component): void {
  const isIn = (access: Access) => component.when?.(outputContext(false, access).spec) ?? true;
  for (const access of (['private', 'public'] as const).filter(isIn)) {
    describe(`${component.name}, ${access}`, () => {
      promises(component, access);
    });
  }
}

/** Which keys a generated secret has, and where it is. */
function keysOf(workload: Workload | undefined, name: unknown) {
  const generated = workload?.secrets.find((secret) => secret.name === name);
  if (generated !== undefined) return { ...generated, keys: Object.keys(generated.values) };
  const certificate = workload?.certificates?.find((secret) => secret.name === name);
  return certificate && { ...certificate, keys: ['tls.crt', 'tls.key'] };
}

function promises(component: Component, access: Access): void {
  const objects = objectsOf(component, undefined, access);
  const { workload } = component;
  const ofKind = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind));

  test('outputs are kebab-case, and secret ones refer to generated secrets', () => {
    const outputs = component.outputs(outputContext(true, access));
    for (const [resource, properties] of Object.entries(outputs)) {
      for (const name of [resource, ...Object.keys(properties)]) expect(name).toMatch(KEBAB);
      for (const { secret } of Object.values(properties).filter(
        (output) => typeof output !== 'string' && 'secret' in output,
      ) as {
        secret: { namespace: string; name: string; key: string };
      }[]) {
        const generated = keysOf(workload, secret.name);
        expect(generated?.namespace).toBe(secret.namespace);
        expect(generated?.keys).toContain(secret.key);
      }
    }
  });

  test('its slot is one of its outputs, so that scripts find alternatives by the same name', () => {
    const { slot } = component;
    if (slot !== undefined)
      expect(Object.keys(component.outputs(outputContext(false, access)))).toContain(slot);
  });

  test('the storage connection string is an output only where shared keys are on', () => {
    const offered = withField(component.outputs(outputContext(false, access)), 'connection-string');
    expect(offered).toEqual([]);
  });

  test('identities get roles on containers of the component only', () => {
    for (const { container } of component.azure?.identity?.grants ?? []) {
      expect(component.azure?.containers).toContain(container);
    }
  });

  if (workload === undefined) return;

  test('every object is in a namespace that the component makes', () => {
    const namespaces = ofKind('Namespace').map(({ metadata }) => metadata.name);
    expect(namespaces).toContain(workload.namespace);
    for (const { kind, metadata } of objects.filter(({ kind: each }) => !CLUSTER_WIDE.includes(each))) {
      expect(namespaces, `${kind} ${metadata.name}`).toContain(metadata.namespace);
    }
    for (const { namespace } of workload.secrets) expect(namespaces).toContain(namespace);
  });

  test('no two objects are the same', () => {
    const ids = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('objects and pods carry the recommended labels', () => {
    const labeled = [
      ...objects.map(({ metadata }) => metadata.labels),
      ...ofKind(...WORKLOADS).map((object) => at(object, 'spec', 'template', 'metadata', 'labels')),
    ];
    const expected = ['name', 'instance', 'version', 'managed-by', 'part-of', 'component'];
    for (const labels of labeled) {
      expect(Object.keys(labels ?? {})).toEqual(
        expect.arrayContaining(expected.map((label) => `app.kubernetes.io/${label}`)),
      );
    }
  });

  test('the pinned version is the tag of an image', () => {
    const images = withField(objects, 'image').map(({ image }) => image);
    // What AKS runs itself has no image of ours.
    if (ofKind(...WORKLOADS).length > 0)
      expect(images).toContainEqual(expect.stringMatching(new RegExp(`:v?${component.version}(-\\w+)?$`)));
  });

  test('referenced secrets are generated, with that key', () => {
    for (const reference of withField(objects, 'secretKeyRef')) {
      const [name, key] = ['name', 'key'].map((field) => at(reference, 'secretKeyRef', field));
      const generated = workload.secrets.find((secret) => secret.name === name);
      expect(Object.keys(generated?.values ?? {}), String(name)).toContain(key);
    }
  });

  test('services select the pods of the component and name a port of theirs', () => {
    const pods = ofKind(...WORKLOADS).map((object) => at(object, 'spec', 'template'));
    for (const service of ofKind('Service')) {
      const selector = at(service, 'spec', 'selector');
      const selected = pods.find((pod) => {
        const labels = at(pod, 'metadata', 'labels');
        return Object.entries(selector ?? {}).every(([label, value]) => at(labels, label) === value);
      });
      const ports = withField(selected, 'containerPort').map(({ name }) => name);
      expect(ports).toContain(at(service, 'spec', 'ports', 0, 'targetPort'));
    }
  });

  test('workloads select their own pods and use service accounts and disks that exist', () => {
    const named = (kind: string) => ofKind(kind).map(({ metadata }) => metadata.name);
    for (const object of ofKind(...WORKLOADS)) {
      const template = at(object, 'spec', 'template');
      expect(at(template, 'metadata', 'labels')).toMatchObject(
        at(object, 'spec', 'selector', 'matchLabels') as object,
      );
      expect(named('ServiceAccount')).toContain(at(template, 'spec', 'serviceAccountName'));
      for (const { claimName } of withField(template, 'claimName')) {
        expect(named('PersistentVolumeClaim')).toContain(claimName);
      }
      for (const { secretName } of withField(template, 'secretName')) {
        expect(keysOf(workload, secretName)?.namespace).toBe(object.metadata.namespace);
      }
    }
  });

  test('each of its namespaces refuses connections that no policy allows', () => {
    const denying = ofKind('NetworkPolicy').filter(
      (policy) => at(policy, 'spec', 'ingress', 0) === undefined,
    );
    expect(denying.map(({ metadata }) => metadata.namespace).sort()).toEqual(
      ofKind('Namespace')
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
  });

  test('only a tool that says why runs as root', () => {
    for (const object of ofKind(...WORKLOADS)) {
      const { securityContext } = at(object, 'spec', 'template', 'spec') as {
        securityContext: { runAsNonRoot?: boolean };
      };
      const reason = at(
        object,
        'spec',
        'template',
        'metadata',
        'annotations',
        'matcha.dev/run-as-root-reason',
      );
      expect(securityContext.runAsNonRoot ?? String(reason).length > 20).toBe(true);
    }
  });

  test('the service that people use is there', () => {
    const { endpoint } = component;
    if (endpoint === undefined) return;
    const services = ofKind('Service').map((service) => [
      service.metadata.namespace,
      service.metadata.name,
      at(service, 'spec', 'ports', 0, 'port'),
    ]);
    expect(services).toContainEqual([endpoint.namespace, endpoint.service, endpoint.port]);
  });

  test('the gateway leads to it only where access is public and it may be shown', () => {
    const routes = ofKind('HTTPRoute').map((route) => at(route, 'spec', 'parentRefs', 0, 'sectionName'));
    const port = access === 'public' ? component.endpoint?.public : undefined;
    expect(routes).toEqual(port === undefined ? [] : [`https-${port}`]);
  });

  test('nobody is given all verbs or all resources', () => {
    const rules = withField(ofKind('Role', 'ClusterRole'), 'verbs');
    for (const { verbs, resources, apiGroups } of rules) {
      expect([verbs, resources, apiGroups].flat()).not.toContain('*');
    }
  });

  test('its service account acts as its managed identity', () => {
    const { identity } = component.azure ?? {};
    const annotated = objectsOf(component, CLIENT_ID, access).filter(
      ({ metadata }) => metadata.annotations?.['azure.workload.identity/client-id'] === CLIENT_ID,
    );
    expect(annotated.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual(
      identity === undefined ? [] : [['ServiceAccount', identity.namespace, identity.serviceAccount]],
    );
  });

  test('webhooks are trusted by a certificate of the service that they call', () => {
    for (const object of ofKind('ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration')) {
      const certificate = workload.certificates?.find(({ name }) => name === certificateOf(object)?.name);
      for (const called of withField(object, 'service')) {
        expect(certificate).toMatchObject({
          namespace: at(called, 'service', 'namespace'),
          host: { service: at(called, 'service', 'name') },
        });
      }
    }
  });

  test('what its canary calls has a stand-in, with which the canary passes', async () => {
    const trial = trialOf(workload, objects, await workload.standIn?.());
    const passed = await workload.canary(trial.cluster).then(
      () => true,
      (error: unknown) => error,
    );
    expect(trial.missing).toEqual([]);
    if (trial.called.length > 0) expect(passed).toBe(true);
  });

  test('secrets are long and random', () => {
    for (const { values } of workload.secrets) {
      for (const [key, value] of Object.entries(values)) {
        if (/key$|password$/.test(key)) expect(at(value, 'random')).toBeGreaterThanOrEqual(24);
      }
    }
  });
}

import { describe, expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import type { Component, Workload } from '../../lib/components/component.ts';
import { certificateOf } from '../../lib/manifests/webhook.ts';
import { CLIENT_ID, objectsOf, outputContext, withField, type Access } from './contexts.ts';
import { canaryClusterOf } from './canary-cluster.ts';

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

/** Tests the contract of a component, for each kind of access that it supports. */
export function describeContract(component: Component): void {
  const isIn = (access: Access) => component.when?.(outputContext(access).spec) ?? true;
  for (const access of (['private', 'public'] as const).filter(isIn)) {
    describe(`${component.name}, ${access}`, () => {
      testContract(component, access);
    });
  }
}

/** The keys and the namespace of a generated secret or certificate. */
function keysOf(workload: Workload | undefined, name: unknown) {
  const generated = workload?.secrets.find((secret) => secret.name === name);
  if (generated !== undefined) return { ...generated, keys: Object.keys(generated.values) };
  const certificate = workload?.certificates?.find((secret) => secret.name === name);
  return certificate && { ...certificate, keys: ['tls.crt', 'tls.key'] };
}

/** The paths of empty lists. */
const emptyListsIn = (value: unknown, path = ''): string[] => {
  if (Array.isArray(value) && value.length === 0) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => emptyListsIn(member, `${path}.${name}`));
};

function testContract(component: Component, access: Access): void {
  const objects = objectsOf(component, undefined, access);
  const { workload } = component;
  const ofKind = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind));

  test('output names are kebab-case, and secret outputs refer to generated secrets', () => {
    const outputs = component.outputs(outputContext(access));
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

  test('the slot is the name of an output, so that scripts work with every component of the slot', () => {
    const { slot } = component;
    if (slot !== undefined) expect(Object.keys(component.outputs(outputContext(access)))).toContain(slot);
  });

  test('callers can forward ports to served models', () => {
    const { models } = component;
    if (models === undefined) return;
    const kinds = ofKind('Role', 'RoleBinding').filter(({ metadata }) => metadata.name === 'matcha-connect');
    expect(kinds.map(({ metadata }) => metadata.namespace)).toEqual([models.namespace, models.namespace]);
  });

  test('callers can forward ports to the service that people use', () => {
    const { endpoint } = component;
    if (endpoint === undefined) return;
    const role = ofKind('Role').find(({ metadata }) => metadata.name === 'matcha-connect');
    expect(role?.metadata.namespace).toBe(endpoint.namespace);
    const binding = ofKind('RoleBinding').find(({ metadata }) => metadata.name === 'matcha-connect');
    expect(binding?.metadata.namespace).toBe(endpoint.namespace);
    const service = ofKind('Service').find(({ metadata }) => metadata.name === endpoint.service);
    expect(service?.metadata.namespace).toBe(endpoint.namespace);
  });

  test('secrets that sign in are generated secrets', () => {
    for (const output of Object.values(component.signIn?.(outputContext(access), 'outside') ?? {})) {
      if (typeof output === 'string' || !('secret' in output)) continue;
      expect(keysOf(workload, output.secret.name)?.keys).toContain(output.secret.key);
    }
  });

  test('identities may write only to containers of the component', () => {
    for (const { container, role } of component.azure?.identity?.grants ?? []) {
      if (role !== 'Storage Blob Data Reader') expect(component.azure?.containers).toContain(container);
    }
  });

  if (workload === undefined) return;

  test('every object is in a namespace of the component', () => {
    const namespaces = ofKind('Namespace').map(({ metadata }) => metadata.name);
    expect(namespaces).toContain(workload.namespace);
    for (const { kind, metadata } of objects.filter(({ kind: each }) => !CLUSTER_WIDE.includes(each))) {
      expect(namespaces, `${kind} ${metadata.name}`).toContain(metadata.namespace);
    }
    for (const { namespace } of workload.secrets) expect(namespaces).toContain(namespace);
  });

  test('every object has a unique kind, namespace and name', () => {
    const ids = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('no list is empty: applying one again may be a change each time', () => {
    for (const object of objects) expect(emptyListsIn(object), object.metadata.name).toEqual([]);
  });

  test('objects and pods have the recommended labels', () => {
    const labelSets = [
      ...objects.map(({ metadata }) => metadata.labels),
      ...ofKind(...WORKLOADS).map((object) => at(object, 'spec', 'template', 'metadata', 'labels')),
    ];
    const expected = ['name', 'instance', 'version', 'managed-by', 'part-of', 'component'];
    for (const labels of labelSets) {
      expect(Object.keys(labels ?? {})).toEqual(
        expect.arrayContaining(expected.map((label) => `app.kubernetes.io/${label}`)),
      );
    }
  });

  test('the pinned version is the tag of an image', () => {
    const images = withField(objects, 'image').map(({ image }) => image);
    // A component that is part of AKS has no image.
    if (ofKind(...WORKLOADS).length > 0)
      expect(images).toContainEqual(expect.stringMatching(new RegExp(`:v?${component.version}(-\\w+)?$`)));
  });

  test('references to secrets name a generated secret and one of its keys', () => {
    for (const reference of withField(objects, 'secretKeyRef')) {
      const [name, key] = ['name', 'key'].map((field) => at(reference, 'secretKeyRef', field));
      const generated = workload.secrets.find((secret) => secret.name === name);
      expect(Object.keys(generated?.values ?? {}), String(name)).toContain(key);
    }
  });

  test('services select pods of the component and name one of their ports', () => {
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

  test('workloads select their own pods and refer to existing service accounts, claims and secrets', () => {
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

  test('every namespace denies ingress by default', () => {
    const denying = ofKind('NetworkPolicy').filter(
      (policy) => at(policy, 'spec', 'ingress', 0) === undefined,
    );
    expect(denying.map(({ metadata }) => metadata.namespace).sort()).toEqual(
      ofKind('Namespace')
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
  });

  test('a container runs as root only with a documented reason', () => {
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

  test('the service of the endpoint exists', () => {
    const { endpoint } = component;
    if (endpoint === undefined) return;
    const services = ofKind('Service').map((service) => [
      service.metadata.namespace,
      service.metadata.name,
      at(service, 'spec', 'ports', 0, 'port'),
    ]);
    expect(services).toContainEqual([endpoint.namespace, endpoint.service, endpoint.port]);
  });

  test('a route of the gateway exists only if access and the component are public', () => {
    const routes = ofKind('HTTPRoute').map((route) => at(route, 'spec', 'parentRefs', 0, 'sectionName'));
    const port = access === 'public' ? component.endpoint?.public : undefined;
    expect(routes).toEqual(port === undefined ? [] : [`https-${port}`]);
  });

  test('roles have no wildcards', () => {
    const rules = withField(ofKind('Role', 'ClusterRole'), 'verbs');
    for (const { verbs, resources, apiGroups } of rules) {
      expect([verbs, resources, apiGroups].flat()).not.toContain('*');
    }
  });

  test('the service accounts are linked to the managed identity', () => {
    const { identity } = component.azure ?? {};
    const annotated = objectsOf(component, CLIENT_ID, access).filter(
      ({ metadata }) => metadata.annotations?.['azure.workload.identity/client-id'] === CLIENT_ID,
    );
    const accounts = identity?.serviceAccounts ?? [];
    expect(annotated.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name]).sort()).toEqual(
      accounts.map(({ namespace, name }) => ['ServiceAccount', namespace, name]).sort(),
    );
    // Each has a federated credential of its name.
    expect(new Set(accounts.map(({ name }) => name)).size).toBe(accounts.length);
  });

  test('every webhook has a certificate of its service', () => {
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

  test('the canary passes with the stand-ins of all services that it calls', async () => {
    const harness = canaryClusterOf(workload, objects, await workload.standIn?.());
    const passed = await workload.canary(harness.cluster).then(
      () => true,
      (error: unknown) => error,
    );
    expect(harness.missing).toEqual([]);
    if (harness.called.length > 0) expect(passed).toBe(true);
  });

  test('secrets are long and random', () => {
    for (const { values } of workload.secrets) {
      for (const [key, value] of Object.entries(values)) {
        if (/key$|password$/.test(key)) expect(at(value, 'random')).toBeGreaterThanOrEqual(24);
      }
    }
  });
}

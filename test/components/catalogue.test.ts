import { describe, expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import { catalogue, presets } from '../../lib/components/index.ts';
import { commonOutputs } from '../../lib/components/infrastructure.ts';
import { ENDPOINTS, MODELS } from '../../lib/components/ports.ts';
import { inOrder } from '../../lib/domain/graph.ts';
import { CLIENT_ID, objectsOf, outputContext, withField } from './contexts.ts';

const CLUSTER_WIDE = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

test('names are unique, and users can type them', () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]+$/);
});

test('dependencies exist and form no cycle', () => {
  const nodes = catalogue.map(({ name, dependsOn }) => ({ id: name, after: dependsOn }));
  expect(inOrder(nodes)).toHaveLength(catalogue.length);
});

test('presets name components of the catalogue', () => {
  const names = catalogue.map(({ name }) => name);
  for (const members of Object.values(presets)) expect(names).toEqual(expect.arrayContaining([...members]));
});

test('local ports are all different', () => {
  const ports = [...Object.values(ENDPOINTS), MODELS].map(({ local }) => local);
  expect(new Set(ports).size).toBe(ports.length);
});

test('components share no output, and none shadows the infrastructure', () => {
  const context = outputContext(true);
  const resources = catalogue.flatMap((component) => Object.keys(component.outputs(context)));
  const all = [...resources, ...Object.keys(commonOutputs(context))];
  expect(new Set(all).size).toBe(all.length);
});

test('every stack tells where it is and how to reach its cluster', () => {
  expect(commonOutputs(outputContext())).toEqual({
    cloud: { location: 'uksouth', prefix: 'demo', 'resource-group-name': 'demo-resources' },
    orchestrator: { 'k8s-context': 'demo-k8s' },
  });
});

describe.each(catalogue.map((component) => ({ name: component.name, component })))(
  '$name',
  ({ component }) => {
    const objects = objectsOf(component);
    const { workload } = component;
    const ofKind = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind));

    test('outputs are kebab-case, and secret ones refer to generated secrets', () => {
      const outputs = component.outputs(outputContext(true));
      for (const [resource, properties] of Object.entries(outputs)) {
        for (const name of [resource, ...Object.keys(properties)]) expect(name).toMatch(KEBAB);
        for (const { secret } of Object.values(properties).filter(
          (output) => typeof output !== 'string' && 'secret' in output,
        ) as {
          secret: { namespace: string; name: string; key: string };
        }[]) {
          const generated = workload?.secrets.find(({ name }) => name === secret.name);
          expect(generated?.namespace).toBe(secret.namespace);
          expect(Object.keys(generated?.values ?? {})).toContain(secret.key);
        }
      }
    });

    test('the storage connection string is an output only where shared keys are on', () => {
      const offered = withField(component.outputs(outputContext(false)), 'connection-string');
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
      const labelled = [
        ...objects.map(({ metadata }) => metadata.labels),
        ...ofKind('Deployment', 'StatefulSet').map((object) =>
          at(object, 'spec', 'template', 'metadata', 'labels'),
        ),
      ];
      const expected = ['name', 'instance', 'version', 'managed-by', 'part-of', 'component'];
      for (const labels of labelled) {
        expect(Object.keys(labels ?? {})).toEqual(
          expect.arrayContaining(expected.map((label) => `app.kubernetes.io/${label}`)),
        );
      }
    });

    test('the pinned version is the tag of an image', () => {
      const images = withField(objects, 'image').map(({ image }) => image);
      expect(images.length).toBeGreaterThan(0);
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
      const pods = ofKind('Deployment', 'StatefulSet').map((object) => at(object, 'spec', 'template'));
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
      for (const object of ofKind('Deployment', 'StatefulSet')) {
        const template = at(object, 'spec', 'template');
        expect(at(template, 'metadata', 'labels')).toMatchObject(
          at(object, 'spec', 'selector', 'matchLabels') as object,
        );
        expect(named('ServiceAccount')).toContain(at(template, 'spec', 'serviceAccountName'));
        for (const { claimName } of withField(template, 'claimName')) {
          expect(named('PersistentVolumeClaim')).toContain(claimName);
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

    test('nobody is given all verbs or all resources', () => {
      const rules = withField(ofKind('Role', 'ClusterRole'), 'verbs');
      for (const { verbs, resources, apiGroups } of rules) {
        expect([verbs, resources, apiGroups].flat()).not.toContain('*');
      }
    });

    test('its service account acts as its managed identity', () => {
      const { identity } = component.azure ?? {};
      const annotated = objectsOf(component, CLIENT_ID).filter(
        ({ metadata }) => metadata.annotations?.['azure.workload.identity/client-id'] === CLIENT_ID,
      );
      expect(annotated.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual(
        identity === undefined ? [] : [['ServiceAccount', identity.namespace, identity.serviceAccount]],
      );
    });

    test('secrets are long and random', () => {
      for (const { values } of workload.secrets) {
        for (const [key, value] of Object.entries(values)) {
          if (/key$|password$/.test(key)) expect(at(value, 'random')).toBeGreaterThanOrEqual(24);
        }
      }
    });
  },
);

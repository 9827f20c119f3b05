import { expect, test } from 'vitest';
import { catalogue, componentNamed, presets } from '../../lib/components/index.ts';
import { commonOutputs } from '../../lib/components/infrastructure.ts';
import { MODELS } from '../../lib/components/ports.ts';
import { inOrder } from '../../lib/domain/graph.ts';
import { contractOf } from './contract.ts';
import { outputContext } from './contexts.ts';

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
  const ports = [...catalogue.flatMap(({ endpoint }) => endpoint ?? []), MODELS].map(({ local }) => local);
  expect(new Set(ports).size).toBe(ports.length);
});

test('ports of the gateway are all different', () => {
  const ports = catalogue.flatMap(({ endpoint }) => endpoint?.public ?? []);
  expect(new Set(ports).size).toBe(ports.length);
});

test('what does not know its callers is never public', () => {
  const shown = catalogue.filter(({ endpoint }) => endpoint?.public !== undefined);
  expect(shown.map(({ name }) => name)).toEqual(['zenml', 'mlflow']);
});

test('the gateway opens once what it shows works', () => {
  const shown = catalogue.filter(({ endpoint }) => endpoint?.public !== undefined).map(({ name }) => name);
  expect(componentNamed('gateway').dependsOn).toEqual(shown);
});

test('what the rest of a spec calls for is in no preset', () => {
  const chosen = Object.values<readonly string[]>(presets).flat();
  const automatic = catalogue.filter(({ when }) => when !== undefined);
  expect(automatic.map(({ name }) => name)).toEqual(['gpu', 'gateway']);
  for (const { name } of automatic) expect(chosen).not.toContain(name);
});

test('components share no output, and none shadows the infrastructure', () => {
  const context = outputContext(true);
  const resources = catalogue.flatMap((component) => Object.keys(component.outputs(context)));
  const all = [...resources, ...Object.keys(commonOutputs(context))];
  expect(new Set(all).size).toBe(all.length);
});

test('no two components are the same to ZenML, and the secrets of each are generated', () => {
  for (const access of ['private', 'public'] as const) {
    const context = outputContext(false, access);
    const found = catalogue.flatMap((component) =>
      (component.registers?.(context) ?? []).map((one) => ({ workload: component.workload, ...one })),
    );
    expect(new Set(found.map(({ type }) => type)).size).toBe(found.length);
    for (const { workload, secret } of found) {
      for (const value of Object.values(secret ?? {})) {
        if (typeof value === 'string') continue;
        const { namespace, name, key } = value.secret;
        const generated = workload?.secrets.find((one) => one.name === name && one.namespace === namespace);
        expect(Object.keys(generated?.values ?? {})).toContain(key);
      }
    }
  }
});

test('every stack tells where it is and how to reach its cluster', () => {
  expect(commonOutputs(outputContext())).toEqual({
    cloud: { location: 'uksouth', prefix: 'demo', 'resource-group-name': 'demo-resources' },
    orchestrator: { 'k8s-context': 'demo-k8s' },
  });
});

for (const component of catalogue) contractOf(component);

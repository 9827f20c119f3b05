import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { commonOutputs } from '../../lib/components/infrastructure.ts';
import { MODELS } from '../../lib/components/seldon/names.ts';
import { inOrder } from '../../lib/domain/graph.ts';
import type { Component } from '../../lib/components/component.ts';
import type { Registration } from '../../lib/domain/registration.ts';
import { describeContract } from './component-contract.ts';
import { outputContext, registrationContext } from './contexts.ts';

const { components: catalogue, presets } = defaultCatalogue;

test('names of components are unique and alphanumeric', () => {
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

test('local ports are unique', () => {
  const ports = [...catalogue.flatMap(({ endpoint }) => endpoint ?? []), MODELS].map(({ local }) => local);
  expect(new Set(ports).size).toBe(ports.length);
});

test('ports of the gateway are unique', () => {
  const ports = catalogue.flatMap(({ endpoint }) => endpoint?.public ?? []);
  expect(new Set(ports).size).toBe(ports.length);
});

test('only tools that authenticate their callers are public', () => {
  const published = catalogue.filter(({ endpoint }) => endpoint?.public !== undefined);
  expect(published.map(({ name }) => name)).toEqual(['zenml', 'mlflow']);
});

test('the gateway depends on all public tools', () => {
  const published = catalogue
    .filter(({ endpoint }) => endpoint?.public !== undefined)
    .map(({ name }) => name);
  expect(defaultCatalogue.find('gateway')?.dependsOn).toEqual(published);
});

test('presets do not contain components that are selected automatically', () => {
  const chosen = Object.values<readonly string[]>(presets).flat();
  const automatic = catalogue.filter(({ when }) => when !== undefined);
  expect(automatic.map(({ name }) => name)).toEqual(['gateway', 'gpu']);
  for (const { name } of automatic) expect(chosen).not.toContain(name);
});

/** All other components that can be in the same stack. A stack has at most one component per slot. */
const compatibleComponents = (component: Component): Component[] =>
  catalogue.filter(
    ({ name, slot }) => name !== component.name && (slot === undefined || slot !== component.slot),
  );

test('outputs of the components and the infrastructure of a stack have different names', () => {
  const context = outputContext();
  const outputsOf = (component: Component) => Object.keys(component.outputs(context));
  for (const component of catalogue) {
    const others = [
      ...compatibleComponents(component).flatMap(outputsOf),
      ...Object.keys(commonOutputs(context)),
    ];
    expect(others.filter((name) => outputsOf(component).includes(name))).toEqual([]);
  }
});

test('slots have kebab-case names, and the components of a preset have different slots', () => {
  for (const { slot } of catalogue) if (slot !== undefined) expect(slot).toMatch(/^[a-z]+(-[a-z]+)*$/);
  for (const members of Object.values(presets)) {
    const slots = catalogue.flatMap(({ name, slot }) => (members.includes(name) ? (slot ?? []) : []));
    expect(new Set(slots).size).toBe(slots.length);
  }
});

test('components of a stack register different parts, with generated secrets', () => {
  for (const access of ['private', 'public'] as const) {
    const context = registrationContext(access);
    for (const { name: registrar } of catalogue.filter((component) => component.registrar)) {
      const partsOf = (component: Component) => component.registers?.[registrar]?.(context) ?? [];
      for (const component of catalogue) {
        const own = partsOf(component);
        const others = compatibleComponents(component).flatMap(partsOf);
        const partOf = ({ type, place }: Registration) => `${type} for ${place ?? 'both'}`;
        expect(new Set(own.map(partOf)).size).toBe(own.length);
        expect(others.filter(({ type }) => own.some((part) => part.type === type))).toEqual([]);
        for (const value of own.flatMap(({ secret }) => Object.values(secret ?? {}))) {
          if (typeof value === 'string') continue;
          const { namespace, name, key } = value.secret;
          const generated = component.workload?.secrets.find(
            (one) => one.name === name && one.namespace === namespace,
          );
          expect(Object.keys(generated?.values ?? {})).toContain(key);
        }
      }
    }
  }
});

test('registrations refer to a registrar', () => {
  const registrars = catalogue.filter(({ registrar }) => registrar).map(({ name }) => name);
  for (const { registers } of catalogue)
    expect(registrars).toEqual(expect.arrayContaining(Object.keys(registers ?? {})));
});

test('every stack has outputs for its location, its cluster and its id', () => {
  expect(commonOutputs(outputContext())).toEqual({
    cloud: { location: 'uksouth', prefix: 'demo', 'resource-group-name': 'demo-resources' },
    orchestrator: { 'k8s-context': 'demo-k8s' },
    id: { matcha_uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string },
  });
});

for (const component of catalogue) describeContract(component);

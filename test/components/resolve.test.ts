import { expect, test } from 'vitest';
import { createCatalogue } from '../../lib/components/catalogue.ts';
import type { Component } from '../../lib/components/component.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { ProblemError } from '../../lib/domain/problem.ts';
import { manual } from '../../lib/domain/remedies.ts';

const { resolve: resolveComponents } = defaultCatalogue;

const DEFAULT = ['registry', 'dvc', 'zenml', 'mlflow', 'seldon'];

const problemOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('It did not refuse.');
};

test('without any wish a stack has the default components', () => {
  expect(resolveComponents(undefined, undefined)).toEqual({ preset: 'default', components: DEFAULT });
});

test('llm is default and Chroma', () => {
  expect(resolveComponents('llm', undefined)).toEqual({ preset: 'llm', components: [...DEFAULT, 'chroma'] });
});

test('components come once each, and after what they need', () => {
  const { components } = resolveComponents(undefined, ['zenml', 'mlflow', 'zenml', 'registry']);
  expect(components).toEqual(['registry', 'zenml', 'mlflow']);
});

test('components win over the preset, which is then custom', () => {
  expect(resolveComponents('llm', ['chroma'])).toEqual({ preset: 'custom', components: ['chroma'] });
});

test('components that are exactly those of a preset are that preset', () => {
  expect(resolveComponents('custom', [...DEFAULT].reverse()).preset).toBe('default');
  expect(resolveComponents('default', [...DEFAULT, 'chroma']).preset).toBe('llm');
});

test('what was resolved once resolves to itself', () => {
  const once = resolveComponents(undefined, ['dvc', 'mlflow']);
  expect(resolveComponents(once.preset, once.components)).toEqual(once);
});

test('a stack may have no components at all', () => {
  expect(resolveComponents(undefined, [])).toEqual({ preset: 'custom', components: [] });
});

test.each([
  ['defualt', 'Did you mean default?'],
  ['custom', 'Choose one of: default, llm.'],
  ['constructor', 'Choose one of: default, llm.'],
])('the preset %s is refused', (preset, advice) => {
  expect(problemOf(() => resolveComponents(preset, undefined))).toMatchObject({
    code: 'UNKNOWN_PRESET',
    remedies: [manual(advice)],
  });
});

test('a slip of the pen in a component gets a suggestion', () => {
  expect(problemOf(() => resolveComponents(undefined, ['mflow']))).toMatchObject({
    code: 'UNKNOWN_COMPONENT',
    remedies: [manual('Did you mean mlflow?')],
  });
  expect(problemOf(() => resolveComponents(undefined, ['kubeflow-pipelines'])).remedies).toMatchObject([
    { action: 'readCatalogue' },
  ]);
});

test('a component without what it needs is refused', () => {
  expect(problemOf(() => resolveComponents(undefined, ['zenml']))).toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: 'ZenML needs the component "registry".',
    remedies: [manual('Add registry, or leave zenml out.')],
  });
});

test.each(['gateway', 'gpu'])('%s comes by itself and cannot be chosen', (name) => {
  expect(problemOf(() => resolveComponents(undefined, [name])).code).toBe('UNKNOWN_COMPONENT');
});

test('Evidently is chosen by name, and is in no preset', () => {
  expect(resolveComponents(undefined, ['evidently'])).toEqual({
    preset: 'custom',
    components: ['evidently'],
  });
  expect(resolveComponents('llm', undefined).components).not.toContain('evidently');
});

const component = (name: string, more: Partial<Component> = {}): Component => ({
  name,
  title: name.toUpperCase(),
  version: '1',
  summary: '',
  dependsOn: [],
  outputs: () => ({}),
  ...more,
});

const kserve = component('kserve', { slot: 'model-deployer' });
const withAlternative = createCatalogue([...defaultCatalogue.components, kserve], defaultCatalogue.presets);

test('a catalogue may have two components for a slot, but a stack may not', () => {
  expect(withAlternative.resolve(undefined, ['kserve']).components).toEqual(['kserve']);
  expect(withAlternative.resolve(undefined, ['seldon']).components).toEqual(['seldon']);
  expect(problemOf(() => withAlternative.resolve(undefined, ['seldon', 'kserve', 'mlflow']))).toMatchObject({
    code: 'SLOT_TAKEN',
    message: 'Seldon Core and KSERVE are both a model deployer, of which a stack has one.',
    remedies: [
      { action: 'provisionStack', arguments: { components: ['mlflow', 'seldon'] } },
      { action: 'provisionStack', arguments: { components: ['kserve', 'mlflow'] } },
    ],
  });
});

test('components are listed as presets have them, then by name', () => {
  const listed = createCatalogue(
    ['d', 'c', 'b', 'a'].map((name) => component(name)),
    { some: ['c', 'b'] },
  );
  expect(listed.components.map(({ name }) => name)).toEqual(['c', 'b', 'a', 'd']);
});

test('a component that is retired stays in a stack that has it, until it is left out by name', () => {
  const present = [...DEFAULT, 'retired'];
  expect(resolveComponents('default', undefined, present)).toEqual({
    preset: 'default',
    components: [...DEFAULT, 'retired'],
  });
  expect(resolveComponents(undefined, ['retired', 'mlflow'], present).components).toEqual([
    'mlflow',
    'retired',
  ]);
  expect(resolveComponents(undefined, ['mlflow'], present).components).toEqual(['mlflow']);
  expect(problemOf(() => resolveComponents(undefined, ['retired'], DEFAULT)).code).toBe('UNKNOWN_COMPONENT');
});

test('the fingerprint of a component tells another version, and other manifests of the same version', () => {
  const fingerprintOf = (changed: Partial<Component>) =>
    createCatalogue([{ ...defaultCatalogue.find('chroma')!, ...changed }], {}).find('chroma')
      ?.catalogueFingerprint;
  const { workload } = defaultCatalogue.find('chroma')!;
  const fewer = { ...workload!, manifests: () => [] };
  const found = [fingerprintOf({}), fingerprintOf({ version: '9' }), fingerprintOf({ workload: fewer })];
  expect(new Set(found).size).toBe(3);
  expect(found[0]).toBe(defaultCatalogue.find('chroma')?.catalogueFingerprint);
  expect(fingerprintOf({ title: 'Other' })).toBe(found[0]);
});

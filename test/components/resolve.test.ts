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
  throw new Error('No ProblemError was thrown.');
};

test('a stack has the default components if the request names none', () => {
  expect(resolveComponents(undefined, undefined)).toEqual({ preset: 'default', components: DEFAULT });
});

test('the preset llm is default plus Chroma', () => {
  expect(resolveComponents('llm', undefined)).toEqual({ preset: 'llm', components: [...DEFAULT, 'chroma'] });
});

test('components are unique and sorted after their dependencies', () => {
  const { components } = resolveComponents(undefined, ['zenml', 'mlflow', 'zenml', 'registry']);
  expect(components).toEqual(['registry', 'zenml', 'mlflow']);
});

test('explicit components override the preset, which becomes custom', () => {
  expect(resolveComponents('llm', ['chroma'])).toEqual({ preset: 'custom', components: ['chroma'] });
});

test('the components of a preset resolve to that preset', () => {
  expect(resolveComponents('custom', [...DEFAULT].reverse()).preset).toBe('default');
  expect(resolveComponents('default', [...DEFAULT, 'chroma']).preset).toBe('llm');
});

test('resolving a resolved selection does not change it', () => {
  const once = resolveComponents(undefined, ['dvc', 'mlflow']);
  expect(resolveComponents(once.preset, once.components)).toEqual(once);
});

test('a stack may have no components', () => {
  expect(resolveComponents(undefined, [])).toEqual({ preset: 'custom', components: [] });
});

test.each([
  ['defualt', 'Did you mean default?'],
  ['custom', 'Choose one of: default, llm.'],
  ['constructor', 'Choose one of: default, llm.'],
])('the preset %s is rejected with a suggestion', (preset, suggestion) => {
  expect(problemOf(() => resolveComponents(preset, undefined))).toMatchObject({
    code: 'UNKNOWN_PRESET',
    remedies: [manual(suggestion)],
  });
});

test('a misspelled component is rejected with a suggestion', () => {
  expect(problemOf(() => resolveComponents(undefined, ['mflow']))).toMatchObject({
    code: 'UNKNOWN_COMPONENT',
    remedies: [manual('Did you mean mlflow?')],
  });
  expect(problemOf(() => resolveComponents(undefined, ['kubeflow-pipelines'])).remedies).toMatchObject([
    { action: 'readCatalogue' },
  ]);
});

test('a component without its dependency is rejected', () => {
  expect(problemOf(() => resolveComponents(undefined, ['zenml']))).toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: 'ZenML needs the component "registry".',
    remedies: [manual('Add registry, or leave zenml out.')],
  });
});

test.each(['gateway', 'gpu'])('%s is selected automatically and cannot be requested', (name) => {
  expect(problemOf(() => resolveComponents(undefined, [name])).code).toBe('UNKNOWN_COMPONENT');
});

test('Evidently can be requested by name and is in no preset', () => {
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

test('a catalogue can have two components for a slot, but a stack cannot', () => {
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

test('components are sorted by their order in presets, then by name', () => {
  const listed = createCatalogue(
    ['d', 'c', 'b', 'a'].map((name) => component(name)),
    { some: ['c', 'b'] },
  );
  expect(listed.components.map(({ name }) => name)).toEqual(['c', 'b', 'a', 'd']);
});

test('a retired component stays in a stack until the request names the components without it', () => {
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

test('the fingerprint of a component depends on its version and its manifests', () => {
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

import { expect, test } from 'vitest';
import { componentNamed, resolveComponents } from '../../lib/components/index.ts';
import { ProblemError } from '../../lib/domain/problem.ts';
import { manual } from '../../lib/domain/remedy.ts';

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
  expect(problemOf(() => componentNamed('kubeflow-pipelines')).remedies).toMatchObject([
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

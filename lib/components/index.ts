import { inOrder } from '../domain/graph.ts';
import { ProblemError } from '../domain/problem.ts';
import { isPartOf } from '../domain/plannable.ts';
import { manual } from '../domain/remedy.ts';
import type { StackSpec } from '../domain/spec.ts';
import { suggest } from '../domain/suggest.ts';
import { chroma } from './chroma.ts';
import type { Component, OutputContext, Outputs, Place } from './component.ts';
import { dvc } from './dvc.ts';
import { evidently } from './evidently.ts';
import { gateway } from './gateway.ts';
import { gpu } from './gpu.ts';
import { commonEnvironment, commonOutputs } from './infrastructure.ts';
import { mlflow } from './mlflow.ts';
import { registry } from './registry.ts';
import { seldon } from './seldon.ts';
import { zenml } from './zenml.ts';

/** Everything that a stack can have, in the order in which it is listed. */
export const catalogue: readonly Component[] = [
  registry,
  dvc,
  zenml,
  mlflow,
  seldon,
  chroma,
  evidently,
  gpu,
  gateway,
];

/** What users can choose; the others come by themselves where the rest of a spec calls for them. */
export const choices = (): Component[] => catalogue.filter(({ when }) => when === undefined);

/** Everything that a stack of this spec has. */
export const componentsOf = (spec: StackSpec): Component[] =>
  catalogue.filter((component) => isPartOf(spec, component));

/** What a stack tells about itself. */
export function outputsOf(context: OutputContext): Outputs {
  const outputs: Outputs = { ...commonOutputs(context) };
  for (const component of componentsOf(context.spec)) {
    for (const [resource, properties] of Object.entries(component.outputs(context))) {
      outputs[resource] = { ...outputs[resource], ...properties };
    }
  }
  return outputs;
}

/** The variables by which clients find a stack and its tools. */
export const environmentOf = (context: OutputContext, from: Place): Record<string, string> =>
  Object.assign(
    commonEnvironment(context),
    ...componentsOf(context.spec).map((component) => component.environment?.(context, from)),
  ) as Record<string, string>;

const DEFAULT = ['zenml', 'seldon', 'mlflow', 'dvc', 'registry'];

/** What users ask for when they do not choose components themselves. */
export const presets = {
  default: DEFAULT,
  llm: [...DEFAULT, 'chroma'],
} as const satisfies Record<string, readonly string[]>;

const CUSTOM = 'custom';

/** Throws a ProblemError UNKNOWN_COMPONENT. */
export const componentNamed = (name: string): Component => find(catalogue, name);

function find(among: readonly Component[], name: string): Component {
  const component = among.find((candidate) => candidate.name === name);
  if (component !== undefined) return component;
  throw new ProblemError(
    'UNKNOWN_COMPONENT',
    `There is no component "${name}".`,
    didYouMean(
      name,
      among.map((candidate) => candidate.name),
    ),
  );
}

/**
 * The components of a stack, each once, after what it needs. Components, where given, win over the preset;
 * the preset of the answer is the one that has exactly these components, or `custom`.
 * Throws a ProblemError UNKNOWN_PRESET, UNKNOWN_COMPONENT or MISSING_DEPENDENCY.
 */
export function resolveComponents(
  preset: string | undefined,
  components: readonly string[] | undefined,
): { preset: string; components: string[] } {
  const isCustom = preset === CUSTOM && components !== undefined;
  const ofPreset = isCustom ? [] : componentsOfPreset(preset ?? 'default');
  const chosen = new Set((components ?? ofPreset).map((name) => find(choices(), name)));
  for (const component of chosen) requireDependencies(component, chosen);

  const nodes = catalogue
    .filter((component) => chosen.has(component))
    .map(({ name, dependsOn }) => ({ id: name, after: dependsOn }));
  const ordered = inOrder(nodes).map(({ id }) => id);
  return { preset: presetOf(ordered), components: ordered };
}

function componentsOfPreset(name: string): readonly string[] {
  const found = Object.entries(presets).find(([preset]) => preset === name);
  if (found !== undefined) return found[1];
  throw new ProblemError('UNKNOWN_PRESET', `There is no preset "${name}".`, {
    remedies: [manual(`Choose one of: ${Object.keys(presets).join(', ')}.`)],
    ...didYouMean(name, Object.keys(presets)),
  });
}

function requireDependencies(component: Component, chosen: ReadonlySet<Component>): void {
  const missing = component.dependsOn.find((name) => !chosen.has(componentNamed(name)));
  if (missing === undefined) return;
  throw new ProblemError('MISSING_DEPENDENCY', `${component.title} needs the component "${missing}".`, {
    remedies: [manual(`Add ${missing}, or leave ${component.name} out.`)],
  });
}

const presetOf = (components: readonly string[]): string =>
  Object.entries(presets).find(
    ([, members]) =>
      members.length === components.length && members.every((name) => components.includes(name)),
  )?.[0] ?? CUSTOM;

const didYouMean = (word: string, candidates: readonly string[]) => {
  const nearest = suggest(word, candidates);
  return nearest === undefined ? {} : { remedies: [manual(`Did you mean ${nearest}?`)] };
};

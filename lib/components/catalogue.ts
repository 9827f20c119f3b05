import { inOrder } from '../domain/graph.ts';
import { isPartOf } from '../domain/plannable.ts';
import { ProblemError } from '../domain/problem.ts';
import { quote } from '../domain/quote.ts';
import { manual } from '../domain/remedies.ts';
import type { StackSpec } from '../domain/spec.ts';
import { suggest } from '../domain/suggest.ts';
import type { Component, Output, OutputContext, Outputs, ClientLocation } from './component.ts';
import { catalogueFingerprintOf } from './catalogue-fingerprint.ts';
import { commonEnvironment, commonOutputs } from './infrastructure.ts';
import { requireFreeSlots } from './slots.ts';

/**
 * A component with its catalogue fingerprint, by which a running operation notices that the catalogue has
 * changed.
 */
export type CatalogueEntry = Component & { readonly catalogueFingerprint: string };

export interface Chosen {
  /** The preset that has exactly these components, or `custom`. */
  preset: string;
  components: string[];
}

/**
 * The components and presets of stacks. A stack may have components that the catalogue no longer has
 * ("retired"). Every lookup by name accepts them, and leaves out what is unknown.
 */
export interface Catalogue {
  /** In list order: the components of presets first, then by name. */
  readonly components: readonly CatalogueEntry[];
  /** Named lists of components that users can choose. */
  readonly presets: Readonly<Record<string, readonly string[]>>;
  readonly find: (name: string) => CatalogueEntry | undefined;
  /** The components that users can choose. The others are added when the rest of the spec requires them. */
  readonly choices: () => CatalogueEntry[];
  /** All components of a stack with this spec, except retired ones. */
  readonly componentsOf: (spec: StackSpec) => CatalogueEntry[];
  /** The retired components of a spec. */
  readonly retiredOf: (spec: Pick<StackSpec, 'components'>) => string[];
  /**
   * Resolves the components of a stack, without duplicates and in dependency order. `components` overrides
   * the preset. `present` are the current components of the stack: retired ones among them stay, unless
   * `components` leaves them out. Throws a ProblemError UNKNOWN_PRESET, UNKNOWN_COMPONENT, MISSING_DEPENDENCY
   * or SLOT_TAKEN.
   */
  readonly resolve: (
    preset: string | undefined,
    components: readonly string[] | undefined,
    present?: readonly string[],
  ) => Chosen;
  readonly outputsOf: (context: OutputContext) => Outputs;
  /** Environment variables with which clients find a stack and its tools. */
  readonly environmentOf: (context: OutputContext, from: ClientLocation) => Record<string, string>;
  /** Environment variables with which clients sign in to the tools. */
  readonly signInOf: (context: OutputContext, from: ClientLocation) => Record<string, Output>;
}

const CUSTOM = 'custom';

/** Creates a catalogue from components and presets; each preset is a list of names. */
export function createCatalogue(
  all: readonly Component[],
  presets: Readonly<Record<string, readonly string[]>>,
): Catalogue {
  const components = inListOrder(all, Object.values(presets).flat()).map(entryOf);
  const find = (name: string) => components.find((component) => component.name === name);
  const choices = () => components.filter(({ when }) => when === undefined);
  const componentsOf = (spec: StackSpec) => components.filter((component) => isPartOf(spec, component));
  const isRetired = (name: string) => find(name) === undefined;

  const choose = (name: string): CatalogueEntry => {
    const component = choices().find((candidate) => candidate.name === name);
    if (component !== undefined) return component;
    const names = choices().map((candidate) => candidate.name);
    throw new ProblemError(
      'UNKNOWN_COMPONENT',
      `There is no component ${quote(name)}.`,
      didYouMean(name, names),
    );
  };

  const componentsOfPreset = (name: string): readonly string[] => {
    const found = Object.entries(presets).find(([preset]) => preset === name);
    if (found !== undefined) return found[1];
    const names = Object.keys(presets);
    throw new ProblemError('UNKNOWN_PRESET', `There is no preset ${quote(name)}.`, {
      remedies: [manual(`Choose one of: ${names.join(', ')}.`)],
      ...didYouMean(name, names),
    });
  };

  const presetOf = (names: readonly string[]): string =>
    Object.entries(presets).find(
      ([, members]) => members.length === names.length && members.every((name) => names.includes(name)),
    )?.[0] ?? CUSTOM;

  return {
    components,
    presets,
    find,
    choices,
    componentsOf,
    retiredOf: (spec) => spec.components.filter(isRetired),
    resolve(preset, requested, present = []) {
      const isCustom = preset === CUSTOM && requested !== undefined;
      const ofPreset = isCustom ? [] : componentsOfPreset(preset ?? 'default');
      const retired = present.filter((name) => isRetired(name) && (requested?.includes(name) ?? true));
      const names = (requested ?? ofPreset).filter((name) => !retired.includes(name));
      const chosen = new Set(names.map(choose));
      for (const component of chosen) requireDependencies(component, chosen, find);
      requireFreeSlots([...chosen]);

      const nodes = components
        .filter((component) => chosen.has(component))
        .map(({ name, dependsOn }) => ({ id: name, after: dependsOn }));
      const ordered = inOrder(nodes).map(({ id }) => id);
      return { preset: presetOf(ordered), components: [...ordered, ...retired] };
    },
    outputsOf(context) {
      const outputs: Outputs = { ...commonOutputs(context) };
      for (const component of componentsOf(context.spec)) {
        for (const [resource, properties] of Object.entries(component.outputs(context))) {
          outputs[resource] = { ...outputs[resource], ...properties };
        }
      }
      return outputs;
    },
    environmentOf: (context, from) =>
      componentsOf(context.spec).reduce<Record<string, string>>(
        (variables, component) => ({ ...variables, ...component.environment?.(context, from) }),
        commonEnvironment(context),
      ),
    signInOf: (context, from) =>
      Object.assign({}, ...componentsOf(context.spec).map((each) => each.signIn?.(context, from))) as Record<
        string,
        Output
      >,
  };
}

function inListOrder(components: readonly Component[], first: readonly string[]): Component[] {
  const rank = ({ name }: Component) => (first.includes(name) ? first.indexOf(name) : first.length);
  return [...components].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** Rendering the manifests is slow, so the fingerprint is computed when first needed. */
function entryOf(component: Component): CatalogueEntry {
  let known: string | undefined;
  return {
    ...component,
    get catalogueFingerprint() {
      return (known ??= catalogueFingerprintOf(component));
    },
  };
}

function requireDependencies(
  component: Component,
  chosen: ReadonlySet<Component>,
  find: (name: string) => Component | undefined,
): void {
  const missing = component.dependsOn.find((name) => {
    const needed = find(name);
    return needed !== undefined && !chosen.has(needed);
  });
  if (missing === undefined) return;
  throw new ProblemError('MISSING_DEPENDENCY', `${component.title} needs the component "${missing}".`, {
    remedies: [manual(`Add ${missing}, or leave ${component.name} out.`)],
  });
}

const didYouMean = (word: string, candidates: readonly string[]) => {
  const nearest = suggest(word, candidates);
  return nearest === undefined ? {} : { remedies: [manual(`Did you mean ${nearest}?`)] };
};

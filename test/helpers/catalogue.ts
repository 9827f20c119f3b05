import type { Catalogue } from '../../lib/components/catalogue.ts';
import { createCatalogue } from '../../lib/components/catalogue.ts';
import type { Component } from '../../lib/components/component.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';

/** The default catalogue with some components more. */
export const catalogueWith = (...components: Component[]): Catalogue =>
  createCatalogue([...defaultCatalogue.components, ...components], defaultCatalogue.presets);

/** The default catalogue with a component changed. */
export const catalogueChanging = (name: string, change: (component: Component) => Component): Catalogue =>
  createCatalogue(
    defaultCatalogue.components.map((each) => (each.name === name ? change(each) : each)),
    defaultCatalogue.presets,
  );

/** A catalogue in whose place another can be put while the control plane runs, as a deployment of it does. */
export function changingCatalogue(first: Catalogue): {
  catalogue: Catalogue;
  use: (next: Catalogue) => void;
} {
  let current = first;
  return {
    use: (next) => void (current = next),
    catalogue: {
      get components() {
        return current.components;
      },
      get presets() {
        return current.presets;
      },
      find: (name) => current.find(name),
      choices: () => current.choices(),
      componentsOf: (spec) => current.componentsOf(spec),
      retiredOf: (spec) => current.retiredOf(spec),
      resolve: (...request) => current.resolve(...request),
      outputsOf: (context) => current.outputsOf(context),
      environmentOf: (...context) => current.environmentOf(...context),
    },
  };
}

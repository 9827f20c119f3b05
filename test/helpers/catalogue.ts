import type { Catalogue } from '../../lib/components/catalogue.ts';
import { createCatalogue } from '../../lib/components/catalogue.ts';
import type { Component } from '../../lib/components/component.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';

/** The default catalogue with additional components. */
export const catalogueWith = (...components: Component[]): Catalogue =>
  createCatalogue([...defaultCatalogue.components, ...components], defaultCatalogue.presets);

/** The default catalogue with a changed component. */
export const catalogueWithChange = (name: string, change: (component: Component) => Component): Catalogue =>
  createCatalogue(
    defaultCatalogue.components.map((each) => (each.name === name ? change(each) : each)),
    defaultCatalogue.presets,
  );

/** A catalogue that can be replaced while the control plane runs, which simulates a new deployment. */
export function replaceableCatalogue(first: Catalogue): {
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
      signInOf: (...context) => current.signInOf(...context),
    },
  };
}

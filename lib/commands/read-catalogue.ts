import type { CatalogueView } from '../api/service.ts';
import { choices, presets } from '../components/index.ts';
import { REGIONS } from '../domain/regions.ts';

/** What can be asked for: presets, components with their pinned versions, and regions. */
export const readCatalogue = (): CatalogueView => ({
  presets: Object.fromEntries(Object.entries(presets).map(([name, members]) => [name, [...members]])),
  components: choices().map(({ name, title, version, summary, dependsOn }) => ({
    name,
    title,
    version,
    summary,
    dependsOn,
  })),
  regions: [...REGIONS],
});

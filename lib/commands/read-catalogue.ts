import { choices, presets } from '../components/index.ts';
import { REGIONS } from '../domain/regions.ts';

/** What can be asked for: presets, components with their pinned versions, and regions. */
export const readCatalogue = () => ({
  presets,
  components: choices().map(({ name, title, version, summary, dependsOn }) => ({
    name,
    title,
    version,
    summary,
    dependsOn,
  })),
  regions: REGIONS,
});

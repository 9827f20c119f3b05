import type { CatalogueView } from '../api/service.ts';
import type { Services } from '../services.ts';
import { REGIONS } from '../domain/regions.ts';

/** The presets, the components with their pinned versions, and the regions. */
export const readCatalogue = ({ catalogue }: Pick<Services, 'catalogue'>): CatalogueView => ({
  presets: Object.fromEntries(
    Object.entries(catalogue.presets).map(([name, members]) => [name, [...members]]),
  ),
  components: catalogue.choices().map(({ name, title, version, summary, slot, dependsOn }) => ({
    name,
    title,
    version,
    summary,
    ...(slot !== undefined && { slot }),
    dependsOn,
  })),
  regions: [...REGIONS],
});

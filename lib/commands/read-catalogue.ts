import type { Services } from '../services.ts';
import { REGIONS } from '../domain/regions.ts';

/** What can be asked for: presets, components with their pinned versions, and regions. */
export const readCatalogue = ({ catalogue }: Pick<Services, 'catalogue'>) => ({
  presets: catalogue.presets,
  components: catalogue.choices().map(({ name, title, version, summary, slot, dependsOn }) => ({
    name,
    title,
    version,
    summary,
    ...(slot !== undefined && { slot }),
    dependsOn,
  })),
  regions: REGIONS,
});

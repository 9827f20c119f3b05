import { z } from 'zod';

/** What stacks can be made of. */
export const catalogueView = z
  .strictObject({
    presets: z.record(z.string(), z.array(z.string())),
    components: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        version: z.string(),
        summary: z.string(),
        dependsOn: z.array(z.string()),
      }),
    ),
    regions: z.array(z.string()),
  })
  .meta({ id: 'Catalogue' });
export type CatalogueView = z.infer<typeof catalogueView>;

export const health = z.strictObject({ status: z.literal('ok'), version: z.string() });

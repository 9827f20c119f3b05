import { z } from 'zod';

/** The components, presets and regions of stacks. */
export const catalogueView = z
  .strictObject({
    presets: z.record(z.string(), z.array(z.string())),
    components: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        version: z.string(),
        summary: z.string(),
        /** The purpose of the component; a stack has at most one component per slot. */
        slot: z.string().exactOptional(),
        dependsOn: z.array(z.string()),
      }),
    ),
    regions: z.array(z.string()),
  })
  .meta({ id: 'Catalogue' });
export type CatalogueView = z.infer<typeof catalogueView>;

export const health = z.strictObject({ status: z.literal('ok'), version: z.string() });

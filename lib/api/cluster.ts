import { z } from 'zod';

/** The cluster of a stack as Azure has it, which may differ from what the spec asks for. */
export const clusterView = z
  .strictObject({
    /** Absent while there is no cluster. */
    kubernetesVersion: z.string().exactOptional(),
    pools: z.array(
      z.strictObject({
        name: z.string(),
        nodeSize: z.string(),
        /** The current number of nodes. */
        nodes: z.int(),
        minNodes: z.int().exactOptional(),
        maxNodes: z.int().exactOptional(),
      }),
    ),
  })
  .meta({ id: 'Cluster' });
export type ClusterView = z.infer<typeof clusterView>;

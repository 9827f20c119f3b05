import { z } from 'zod';
import { time } from '../domain/status.ts';

const port = z.int().min(1).max(65_535);

/** A tool that is reached by forwarding a port of the caller's machine to a pod of its service. */
export const forward = z
  .strictObject({
    component: z.string(),
    title: z.string(),
    namespace: z.string(),
    service: z.string(),
    /** The port of the service. */
    port,
    /** The fixed port of the caller's machine. */
    localPort: port,
    /** The address on the caller's machine while the port is forwarded. */
    url: z.string(),
  })
  .meta({ id: 'Forward' });
export type Forward = z.infer<typeof forward>;

/** Served models, which share a port of the caller's machine; an address continues with namespace and name. */
export const models = z
  .strictObject({
    component: z.string(),
    title: z.string(),
    namespace: z.string(),
    /** The port of their services. */
    port,
    localPort: port,
    url: z.string(),
  })
  .meta({ id: 'Models' });
export type Models = z.infer<typeof models>;
/** What a token is for: to forward ports to the tools, or to run pipelines too. */
export const PURPOSES = ['connect', 'pipelines'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** A token for the API server of a stack's cluster, and what it can be used for. */
export const clusterCredentials = z
  .strictObject({
    /** The address of the API server. */
    server: z.string(),
    /** PEM; absent when the certificate of the server is issued by a public authority. */
    certificateAuthority: z.string().exactOptional(),
    token: z.string(),
    expiresAt: time,
    forwards: z.array(forward),
    models: models.exactOptional(),
    /** Where it may run pipelines. */
    pipelines: z.strictObject({ namespace: z.string() }).exactOptional(),
  })
  .meta({ id: 'ClusterCredentials' });
export type ClusterCredentials = z.infer<typeof clusterCredentials>;

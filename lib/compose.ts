import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { azureCredential } from './azure/credential.ts';
import { createAzure } from './azure/index.ts';
import type { Catalogue } from './components/catalogue.ts';
import { defaultCatalogue } from './components/default-catalogue.ts';
import type { Principal } from './domain/principal.ts';
import { createKubernetes } from './kubernetes/index.ts';
import { createPricing, type PriceSource } from './pricing/index.ts';
import type { Services } from './services.ts';
import { createStore } from './tables/index.ts';

export { activities, concludeOperation, runStep } from './activities/index.ts';

/** What surrounds the control plane where it is not Azure itself: the embedded Azure of a laptop or a test. */
export interface Surroundings {
  credential: TokenCredential;
  httpClient: HttpClient;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** What answers in place of Azure's price list. */
  priceList: PriceSource;
  /** Where there is no Blob Storage, tools keep their artifacts on their own disks. */
  artifacts: Services['artifacts'];
  /** What stacks are made of, where it is not the default. */
  catalogue: Catalogue;
  /** Who calls. On Azure this is the verified token's principal. */
  authenticate: Authenticate;
}

export type Authenticate = (headers: { get(name: string): string | null }) => Promise<Principal | undefined>;

const settingsSchema = z.object({
  AZURE_SUBSCRIPTION_ID: z.uuid(),
  /** Object id of the identity that the control plane runs as. */
  MATCHA_PRINCIPAL_ID: z.uuid(),
  /** `https://<account>.table.core.windows.net`, or a connection string for the emulator. */
  MATCHA_TABLES: z.string().min(1),
  MATCHA_TABLE_NAME: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{2,62}$/)
    .default('matchastacks'),
  /** Client id of the managed identity, where there are several. */
  AZURE_CLIENT_ID: z.string().optional(),
  /** Set by the platform. */
  WEBSITE_INSTANCE_ID: z.string().optional(),
});

let surroundings: Partial<Surroundings> = {};
let composed: Services | undefined;

/** Puts the control plane into other surroundings than Azure. Called before the first request. */
export function surroundWith(others: Surroundings): void {
  surroundings = others;
  composed = undefined;
}

/** The services of this process, built from its settings when first asked for. */
export const services = (): Services => (composed ??= compose());

/** Who calls; nobody where no way to tell is set up. */
export const authenticate: Authenticate = (headers) =>
  surroundings.authenticate?.(headers) ?? Promise.resolve(undefined);

function compose(): Services {
  const settings = settingsSchema.parse(process.env);
  const subscriptionId = settings.AZURE_SUBSCRIPTION_ID;
  const isOnAzure = settings.WEBSITE_INSTANCE_ID !== undefined;
  const credential =
    surroundings.credential ?? azureCredential({ isOnAzure, clientId: settings.AZURE_CLIENT_ID });
  const now = surroundings.now ?? Date.now;
  const azure = createAzure({
    subscriptionId,
    credential,
    principalId: settings.MATCHA_PRINCIPAL_ID,
    time: { now, sleep: surroundings.sleep ?? ((ms) => setTimeout(ms)) },
    ...(surroundings.httpClient && { httpClient: surroundings.httpClient }),
  });
  return {
    azure,
    kubernetes: createKubernetes({ kubeconfig: azure.kubeconfig, token: azure.clusterToken }),
    store: createStore(() =>
      Promise.resolve(openTable(settings.MATCHA_TABLES, settings.MATCHA_TABLE_NAME, credential)),
    ),
    pricing: createPricing(surroundings.priceList ?? { fetch, notes: [] }, now),
    catalogue: surroundings.catalogue ?? defaultCatalogue,
    subscriptionId,
    artifacts: surroundings.artifacts ?? 'blob',
    now,
  };
}

const openTable = (tables: string, name: string, credential: TokenCredential): TableClient =>
  tables.startsWith('https://')
    ? new TableClient(tables, name, credential)
    : TableClient.fromConnectionString(tables, name, { allowInsecureConnection: true });

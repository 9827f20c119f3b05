import { z } from 'zod';

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
  /** Azure Functions sets it. */
  WEBSITE_INSTANCE_ID: z.string().optional(),
});

/** The settings of a deployment. */
export interface Settings {
  subscriptionId: string;
  principalId: string;
  tables: string;
  tableName: string;
}

/** Reads settings and sign-in of a deployment on Azure from the environment. Throws a ZodError. */
export function settingsFrom(environment: NodeJS.ProcessEnv): {
  settings: Settings;
  signIn: { isOnAzure: boolean; clientId: string | undefined };
} {
  const parsed = settingsSchema.parse(environment);
  return {
    settings: {
      subscriptionId: parsed.AZURE_SUBSCRIPTION_ID,
      principalId: parsed.MATCHA_PRINCIPAL_ID,
      tables: parsed.MATCHA_TABLES,
      tableName: parsed.MATCHA_TABLE_NAME,
    },
    signIn: { isOnAzure: parsed.WEBSITE_INSTANCE_ID !== undefined, clientId: parsed.AZURE_CLIENT_ID },
  };
}

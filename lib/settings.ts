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
  /** The Entra tenant whose people sign in. */
  MATCHA_TENANT_ID: z.guid().toLowerCase().optional(),
  /** The app registration of the API. */
  MATCHA_API_CLIENT_ID: z.guid().toLowerCase().optional(),
  /** The app id of the Azure Bot, which is the client id of its managed identity. */
  MATCHA_BOT_APP_ID: z.guid().toLowerCase().optional(),
  /** Of the app in Slack, which is off without them. */
  MATCHA_SLACK_SIGNING_SECRET: z.string().min(1).optional(),
  MATCHA_SLACK_BOT_TOKEN: z.string().min(1).optional(),
  /** The address of Slack's API, for tests. */
  MATCHA_SLACK_API_URL: z.url().optional(),
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
  slack?: SlackSettings;
}

export interface SlackSettings {
  /** With which Slack signs its requests. */
  signingSecret: string;
  botToken: string;
  apiUrl?: string;
}

const slackSchema = settingsSchema.pick({
  MATCHA_SLACK_SIGNING_SECRET: true,
  MATCHA_SLACK_BOT_TOKEN: true,
  MATCHA_SLACK_API_URL: true,
});

/** The settings of Slack; undefined without any. Throws when one is empty or missing. */
export function slackSettingsFrom(environment: NodeJS.ProcessEnv): SlackSettings | undefined {
  const {
    MATCHA_SLACK_SIGNING_SECRET: signingSecret,
    MATCHA_SLACK_BOT_TOKEN: botToken,
    MATCHA_SLACK_API_URL: apiUrl,
  } = slackSchema.parse(environment);
  if (signingSecret === undefined && botToken === undefined) return undefined;
  if (signingSecret === undefined || botToken === undefined)
    throw new Error('Slack needs both MATCHA_SLACK_SIGNING_SECRET and MATCHA_SLACK_BOT_TOKEN.');
  return { signingSecret, botToken, ...(apiUrl !== undefined && { apiUrl }) };
}

/** The bot in Teams, and the tenant whose people may talk to it. */
export interface BotSettings {
  botAppId: string;
  tenantId: string;
}

/** Reads settings and sign-in of a deployment on Azure from the environment. Throws what is wrong. */
export function settingsFrom(environment: NodeJS.ProcessEnv): {
  settings: Settings;
  signIn: { isOnAzure: boolean; clientId: string | undefined };
  bot: BotSettings | undefined;
} {
  const parsed = settingsSchema.parse(environment);
  const slack = slackSettingsFrom(environment);
  return {
    settings: {
      subscriptionId: parsed.AZURE_SUBSCRIPTION_ID,
      principalId: parsed.MATCHA_PRINCIPAL_ID,
      tables: parsed.MATCHA_TABLES,
      tableName: parsed.MATCHA_TABLE_NAME,
      ...(slack && { slack }),
    },
    signIn: { isOnAzure: parsed.WEBSITE_INSTANCE_ID !== undefined, clientId: parsed.AZURE_CLIENT_ID },
    bot: botIn(parsed),
  };
}

/** Whoever may get a token for the API must not get one for the bot by that. */
function botIn({
  MATCHA_BOT_APP_ID: botAppId,
  MATCHA_TENANT_ID: tenantId,
  MATCHA_API_CLIENT_ID: apiClientId,
}: z.infer<typeof settingsSchema>): BotSettings | undefined {
  if (botAppId === undefined) return undefined;
  if (tenantId === undefined) throw new Error('The bot needs MATCHA_TENANT_ID.');
  if (botAppId === apiClientId)
    throw new Error('MATCHA_BOT_APP_ID and MATCHA_API_CLIENT_ID must be different app registrations.');
  return { botAppId, tenantId };
}

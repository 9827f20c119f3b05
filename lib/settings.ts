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
  /** The app id of the Azure Bot, which is the client id of its managed identity. */
  MATCHA_BOT_APP_ID: z.guid().toLowerCase().optional(),
  /** Of the app in Slack, which is off without them. */
  MATCHA_SLACK_SIGNING_SECRET: z.string().min(1).optional(),
  MATCHA_SLACK_BOT_TOKEN: z.string().min(1).optional(),
  /** The address of Slack's API, for tests. */
  MATCHA_SLACK_API_URL: z.url().optional(),
  /** The Entra tenant whose people sign in. */
  MATCHA_TENANT_ID: z.guid().toLowerCase(),
  /** The app registration of the API, which has the app roles. */
  MATCHA_API_CLIENT_ID: z.guid().toLowerCase(),
  /** The app registration of the command: a public client. */
  MATCHA_SIGN_IN_CLIENT_ID: z.guid().toLowerCase(),
  /** Client id of the managed identity, where there are several. */
  AZURE_CLIENT_ID: z.string().optional(),
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

/** The directory whose people sign in, and the app registrations of Matcha in it. */
export interface Directory {
  tenantId: string;
  /** Without the version: `https://login.microsoftonline.com/{tenant}`. */
  authority: string;
  /** The client id of the API, which is the audience of its tokens. */
  apiClientId: string;
  /** The client id that the command signs in with. */
  signInClientId: string;
}

/** Reads settings and sign-in of a deployment on Azure from the environment. Throws what is wrong. */
export function settingsFrom(environment: NodeJS.ProcessEnv): {
  settings: Settings;
  directory: Directory;
  identity: { isOnAzure: boolean; clientId: string | undefined };
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
    directory: {
      tenantId: parsed.MATCHA_TENANT_ID,
      authority: `https://login.microsoftonline.com/${parsed.MATCHA_TENANT_ID}`,
      apiClientId: parsed.MATCHA_API_CLIENT_ID,
      signInClientId: parsed.MATCHA_SIGN_IN_CLIENT_ID,
    },
    identity: {
      isOnAzure: azureVariable(environment) !== undefined,
      clientId: parsed.AZURE_CLIENT_ID,
    },
    bot: botIn(parsed),
  };
}

/** Whoever may get a token for the API must not get one for the bot by that. */
function botIn({
  MATCHA_BOT_APP_ID: botAppId,
  MATCHA_TENANT_ID: tenantId,
  MATCHA_API_CLIENT_ID: apiClientId,
}: z.infer<typeof settingsSchema>): BotSettings | undefined {
  if (botAppId === apiClientId)
    throw new Error('MATCHA_BOT_APP_ID and MATCHA_API_CLIENT_ID must be different app registrations.');
  return botAppId === undefined ? undefined : { botAppId, tenantId };
}

/**
 * Variables that Azure Functions sets. WEBSITE_INSTANCE_ID is missing on plans that run containers, such as Flex
 * Consumption. IDENTITY_ENDPOINT exists wherever a managed identity does. CONTAINER_NAME is not among them: containers
 * elsewhere have it too.
 * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Environment/EnvironmentExtensions.cs
 */
export const AZURE_VARIABLES = [
  'WEBSITE_INSTANCE_ID',
  'WEBSITE_SITE_NAME',
  'WEBSITE_POD_NAME',
  'LEGION_SERVICE_HOST',
  'IDENTITY_ENDPOINT',
] as const;

/** The name of a variable that shows that this process runs on Azure; undefined elsewhere. */
export const azureVariable = (environment: NodeJS.ProcessEnv): string | undefined =>
  AZURE_VARIABLES.find((name) => (environment[name] ?? '') !== '');

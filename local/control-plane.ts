import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { join } from 'node:path';
import type { Authenticate, BotDependencies, Callers } from '../lib/app.ts';
import type { Catalogue } from '../lib/components/catalogue.ts';
import { personOf } from '../lib/domain/principal.ts';
import { ProblemError } from '../lib/domain/problem.ts';
import { azureVariable, type Settings } from '../lib/settings.ts';
import { sleep, type Clock } from './clock.ts';
import { startHost, type Host, type Log, type SentResponse } from './host/index.ts';
import { clearFunctions } from './host/registry.ts';
import { DEVELOPER } from './people.ts';
import { simulatedPrices } from './pricing.ts';
import { UsageError } from './usage-error.ts';

export interface ControlPlaneOptions {
  settings: Settings;
  credential: TokenCredential;
  /** Sends requests to the simulated Azure. */
  httpClient: HttpClient;
  catalogue: Catalogue;
  /** Where callers sign in, or who all of them are. */
  callers: Callers;
  clock: Clock;
  /** The bot in Teams. */
  bot?: BotDependencies | undefined;
  /** The SQLite file of the orchestrations; in memory by default. */
  database?: string | undefined;
  /** 0, the default, chooses a free port. */
  port?: number | undefined;
  log?: Log | undefined;
  /** Called with each response of the control plane. */
  onResponse?: ((response: SentResponse) => void) | undefined;
}

/** Runs the functions and orchestrations of production in this process, on the local host. */
export const startControlPlane = (options: ControlPlaneOptions): Promise<Host> => {
  const { clock, database, port, log, onResponse } = options;
  return startHost(() => loadApp(options), {
    clock,
    hostJson: join(import.meta.dirname, '..', 'host.json'),
    ...(database !== undefined && { database }),
    ...(port !== undefined && { port }),
    ...(log && { log }),
    ...(onResponse && { onResponse }),
  });
};

/** Loads the app. It must be imported after the local host, which provides `@azure/functions-core`. */
async function loadApp({
  settings,
  credential,
  httpClient,
  catalogue,
  callers,
  clock,
  bot,
}: ControlPlaneOptions): Promise<void> {
  const { createApp } = await import('../lib/app.ts');
  const { registerFunctions } = await import('../functions/register.ts');
  const app = createApp({
    settings,
    credential,
    httpClient,
    catalogue,
    callers,
    priceSource: simulatedPrices,
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms),
    bot,
  });
  // One process may start several control planes, one at a time.
  clearFunctions();
  registerFunctions(app);
}

/** Throws on Azure, where nobody may be the developer. */
export function developer(environment: NodeJS.ProcessEnv): Authenticate {
  const variable = azureVariable(environment);
  if (variable !== undefined)
    throw new UsageError(
      `Everybody would be an administrator, and this is Azure: ${variable} is set. Start the functions of the deployment instead.`,
    );
  return authenticateDeveloper;
}

/**
 * Authenticates every local caller as the developer. The control plane listens on the loopback interface only, and
 * requests from web pages, which have an Origin header, are anonymous.
 */
const authenticateDeveloper: Authenticate = (headers) =>
  headers.get('origin') === null
    ? Promise.resolve({ ...personOf(DEVELOPER), tenant: DEVELOPER.tenant, role: 'Admin', channel: 'api' })
    : Promise.reject(new ProblemError('NOT_SIGNED_IN', 'Web pages have no sign-in here.'));

import { browserOf } from '../browser.ts';
import { runCommand } from '../complaint.ts';
import { missingFlags } from '../consent.ts';
import type { Context } from '../context.ts';
import { usageError } from '../exit.ts';
import { METHODS, type Issuer, type Method } from './methods.ts';

/** Those of Entra alone. */
const OF_AZURE = new Set<Method>(['azure-cli', 'workload-identity']);

export const isEntra = ({ issuer }: Issuer): boolean =>
  new URL(issuer).hostname === 'login.microsoftonline.com';

/** The methods to try, in this order. Throws a usage error when nothing can be tried. */
export function methodsToTry(
  context: Pick<Context, 'options' | 'terminal' | 'words'>,
  issuer: Issuer,
  environment: NodeJS.ProcessEnv = process.env,
): readonly Method[] {
  const { options, terminal } = context;
  const chosen = (Object.keys(METHODS) as Method[]).find((method) => options[FLAGS[method]] === true);
  if (chosen !== undefined && OF_AZURE.has(chosen) && !isEntra(issuer)) throw notEntra(issuer, chosen);
  if (chosen !== undefined) return [chosen];
  const azure: Method[] = isEntra(issuer) ? ['azure-cli'] : [];
  if (options.input === false) {
    if (azure.length === 0) throw missingFlags(context, ['--device-code']);
    return azure;
  }
  // The browser of a machine that is reached by SSH shows its window elsewhere.
  const isRemote = (environment['SSH_CONNECTION'] ?? '') !== '';
  const canBrowse = terminal.canAsk && !isRemote && browserOf(process.platform, environment) !== undefined;
  return [...azure, canBrowse ? 'browser' : 'device-code'];
}

const FLAGS = {
  browser: 'browser',
  'device-code': 'deviceCode',
  'azure-cli': 'azureCli',
  'workload-identity': 'workloadIdentity',
} as const satisfies Record<Method, string>;

const notEntra = ({ issuer }: Issuer, method: Method) =>
  usageError(
    `People sign in at ${issuer}, which does not accept ${METHODS[method]}.`,
    runCommand('matcha login', 'Use the browser or a device code.'),
    'NOT_ENTRA',
  );

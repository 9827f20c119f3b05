import { manual } from '../../lib/domain/remedies.ts';
import { ApiError, createApi } from '../api.ts';
import { runCommand } from '../complaint.ts';
import { printJson, type Context } from '../context.ts';
import { CliError, EXIT, nothingDone, type ExitCode } from '../exit.ts';
import { whoLines } from '../render/who.ts';
import { wrap } from '../render/text.ts';
import { notPrivate, signInFailed } from '../sign-in/failed.ts';
import { isEntra, methodsToTry } from '../sign-in/choose-method.ts';
import { METHODS, type Issuer, type Method } from '../sign-in/methods.ts';
import { isPrivateAddress } from '../sign-in/private-address.ts';
import { apiScope } from '../sign-in/scope.ts';
import { changeSession, readSession, signInFile, type Session } from '../sign-in/store.ts';
import { confirmServer } from '../sign-in/trust.ts';
import { noSignIn } from '../sign-in/who.ts';

/** Signs in to the server, and keeps the sign-in on this machine. */
export async function login(context: Context): Promise<ExitCode> {
  const { api, server, options, terminal } = context;
  const { out, err } = terminal;
  const file = signInFile();
  const { value: issuer } = await api('readSignIn');
  if (issuer.kind === 'none') {
    if (options.json === true) printJson(context, { server, signIn: 'none' });
    else out.print(wrap(noSignIn(server), out.look.width));
    return EXIT.ok;
  }
  for (const address of [server, issuer.issuer]) if (!isPrivateAddress(address)) throw notPrivate(address);
  if (isEntra(issuer)) apiScope(issuer.scope);
  const known = await readSession(file, server);
  if (known === undefined) await confirmServer(context);

  const session = await signIn(context, issuer);
  const { value: caller } = await accepted(server, session);
  await changeSession(file, server, () => Promise.resolve(session));
  if (options.json === true) printJson(context, { server, signIn: session.method, ...caller });
  else out.print(whoLines({ server, caller, session }, out.look));
  err.print(['`matcha logout` deletes the sign-in from this machine.']);
  return EXIT.ok;
}

/** Signs in with the first method that works. Ctrl-C ends the command at once: nothing is stored yet. */
async function signIn(context: Context, issuer: Issuer): Promise<Session> {
  const { err } = context.terminal;
  const onInterrupt = () => {
    err.print([nothingDone(EXIT.interrupted).message]);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', onInterrupt);
  try {
    const methods = methodsToTry(context, issuer);
    for (const method of methods.slice(0, -1)) {
      const session = await signInWith(method, issuer, context).catch((error: unknown) => {
        if (error instanceof CliError) return undefined;
        throw error;
      });
      if (session !== undefined) return session;
    }
    return await signInWith(methods.at(-1) ?? 'device-code', issuer, context);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Libraries of the methods are large, and loaded when they are needed. */
async function signInWith(method: Method, issuer: Issuer, { terminal: { err } }: Context): Promise<Session> {
  if (method === 'browser')
    return await (await import('../sign-in/browser.ts')).signInWithBrowser(issuer, err);
  if (method === 'device-code')
    return await (await import('../sign-in/device-code.ts')).signInWithDeviceCode(issuer, err);
  const { signInWithAzure } = await import('../sign-in/azure.ts');
  try {
    return await signInWithAzure(issuer, method);
  } catch (error) {
    throw signInFailed(`Nobody was signed in with ${METHODS[method]}.`, error, HOW_TO[method](issuer));
  }
}

const HOW_TO = {
  'azure-cli': ({ tenantId }: Issuer) => [
    runCommand(`az login --tenant ${tenantId}`, 'Sign in to the Azure CLI, then try again.'),
    runCommand('matcha login --browser', 'Or sign in with the browser.'),
  ],
  'workload-identity': () => [
    manual('Set AZURE_CLIENT_ID to the identity, and AZURE_FEDERATED_TOKEN_FILE to the file of its token.'),
    manual('In GitHub Actions, use the action azure/login with OpenID Connect,'),
    runCommand('matcha login --azure-cli', 'then this.'),
  ],
};

/** Who the server takes the token for. Rejects when it refuses the token, or its owner has no role. */
async function accepted(server: string, { method, accessToken }: Session) {
  const tokens = { current: () => Promise.resolve(accessToken), instead: () => Promise.resolve(undefined) };
  try {
    return await createApi(server, tokens)('whoAmI');
  } catch (error) {
    const isRefused = error instanceof ApiError && error.exit === EXIT.auth;
    if (!isRefused) throw error;
    const other = method === 'browser' ? 'matcha login --device-code' : 'matcha login --browser';
    const remedies = [
      ...(error.complaint.remedies ?? []).filter(({ action }) => action !== 'signIn'),
      runCommand(other, 'Or sign in as somebody else.'),
    ];
    throw new ApiError(error.status, { ...error.complaint, remedies });
  }
}

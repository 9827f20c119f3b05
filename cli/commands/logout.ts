import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { changeSession, forgetAll, readSession, signInFile } from '../sign-in/store.ts';

/** Deletes the sign-in to the server from this machine, or those to all servers. */
export async function logout(context: Context): Promise<ExitCode> {
  const { server, options, terminal } = context;
  const file = signInFile();
  const isAll = options.all === true;
  const deleted = isAll ? await forgetAll(file) : await forget(file, server);
  const where = isAll ? 'any server' : server;
  const signedOut = `You are signed out of ${isAll ? 'all servers' : server}.`;
  if (options.json === true) printJson(context, { ...(!isAll && { server }), deleted });
  else terminal.out.print([deleted ? signedOut : `You were not signed in to ${where}.`]);
  return EXIT.ok;
}

async function forget(file: string, server: string): Promise<boolean> {
  if ((await readSession(file, server)) === undefined) return false;
  await changeSession(file, server, () => Promise.resolve(undefined));
  return true;
}

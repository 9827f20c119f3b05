import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { whoLines } from '../render/who.ts';
import { whoIs } from '../sign-in/who.ts';

/** Shows who the caller is for the server, and how they signed in. */
export async function whoami(context: Context): Promise<ExitCode> {
  const { options, server, terminal } = context;
  const who = await whoIs(context);
  const { caller, session } = who;
  if (options.json !== true) terminal.out.print(whoLines(who, terminal.out.look));
  else
    printJson(context, {
      server,
      ...caller,
      signIn: session?.method ?? 'none',
      ...(session !== undefined && { expiresAt: session.expiresAt }),
    });
  return EXIT.ok;
}

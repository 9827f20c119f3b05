import { printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { sessionText } from '../render/who.ts';
import { labeled, oneLine } from '../render/text.ts';
import { whoIs } from '../sign-in/who.ts';
import { version } from '../version.ts';

/** Checks the connection to the server, and the sign-in. Rejects with the reason when no server answers. */
export async function doctor(context: Context): Promise<ExitCode> {
  const { api, server, config, options, terminal } = context;
  const startedAt = performance.now();
  const { value: health } = await api('readHealth');
  const milliseconds = Math.round(performance.now() - startedAt);
  const { look, print } = terminal.out;
  const signIn = await checkSignIn(context);
  const exit = signIn.isGood ? EXIT.ok : EXIT.auth;
  if (options.json === true) {
    printJson(context, { server, health, milliseconds, cli: version, node: process.version, signIn });
    return exit;
  }
  const facts: [label: string, text: string][] = [
    ['✔ Server', `${server}, ${health.status}, answered in ${milliseconds} ms`],
    ['✔ Version', `server ${health.version}, command ${version}, Node ${process.version}`],
    [`${signIn.isGood ? '✔' : '✖'} Sign-in`, signIn.text],
    ['✔ Stack', config.stack ?? 'none chosen in this directory'],
  ];
  print(facts.flatMap(([label, text]) => labeled(label, text, 12, look)));
  return exit;
}

async function checkSignIn(context: Context): Promise<{ isGood: boolean; text: string }> {
  try {
    const { value: issuer } = await context.api('readSignIn');
    if (issuer.kind === 'none') return { isGood: true, text: 'not needed' };
    const { caller, session } = await whoIs(context);
    const how = session === undefined ? '' : `, ${sessionText(session)}`;
    return { isGood: true, text: `${oneLine(caller.name)} (${caller.role})${how}` };
  } catch (error) {
    if (!(error instanceof CliError) || error.exit !== EXIT.auth) throw error;
    return { isGood: false, text: `${error.message} \`matcha login\` signs in.` };
  }
}

import { CONFIG_FILE, readConfig, saveConfig, type Config } from '../config.ts';
import { missingFlags } from '../consent.ts';
import { namedStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

/** Writes the server and the stack of this directory into matcha.config.json. Asks when no flag says them. */
export async function init(context: Context): Promise<ExitCode> {
  const { directory, options, terminal } = context;
  const isWritten = await saveConfig(context, await wanted(context));
  if (!isWritten) terminal.err.print([`${CONFIG_FILE} is unchanged.`]);
  if (options.json === true) printJson(context, await readConfig(directory));
  else terminal.err.print(['`matcha doctor` checks the server.']);
  return EXIT.ok;
}

async function wanted(context: Context): Promise<Config> {
  const { options, server, config, terminal } = context;
  const isGiven = options.server !== undefined || options.stack !== undefined;
  if (!isGiven && !terminal.canAsk)
    throw missingFlags(context, ['--server', '--stack'], { '--server': server, '--stack': 'demo' });
  const { askServer, askStackOfDirectory } = await import('../prompts.ts');
  const address = isGiven ? options.server && server : await askServer(server);
  const named = isGiven ? options.stack : await askStackOfDirectory(config.stack);
  const stack = named === undefined ? undefined : namedStack(context, named);
  return { ...(address !== undefined && { server: address }), ...(stack !== undefined && { stack }) };
}

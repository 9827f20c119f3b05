import { CONFIG_FILE, writeConfig } from '../config.ts';
import type { Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { planLines } from '../render/plan.ts';
import { wantedStack, type WantedStack } from '../request.ts';

/** Makes a stack, or continues or changes one that exists. */
export async function provision(context: Context, [argument]: string[]): Promise<ExitCode> {
  const alsoMissing = context.options.yes === true ? [] : ['--yes'];
  return carryOut(context, await wantedStack(context, argument, { alsoMissing }), 'Provision it?');
}

/** Shows the plan, asks, begins it, and follows it to its end. */
export async function carryOut(
  context: Context,
  { name, request }: WantedStack,
  question: string,
): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const { err } = terminal;
  const { value: plan } = await api('planStack', { params: { name }, body: request });
  err.print(['', ...planLines(plan, err.look), '']);
  if (options.yes !== true) {
    const { askConsent } = await import('../prompts.ts');
    const isWanted = await askConsent(question);
    if (!isWanted) throw new CliError(EXIT.unfinished, { message: 'Nothing was done.' });
    err.print(['']);
  }

  const { value: operation } = await api('provisionStack', { params: { name }, body: request });
  await remember(context, name);
  return await followOrReturn(context, operation, {
    about: [plan.location, plan.preset],
    begun: 'is being provisioned',
  });
}

/** Not being able to remember the name is no reason to stop watching what was just begun. */
async function remember({ directory, terminal }: Context, name: string): Promise<void> {
  try {
    await writeConfig(directory, { stack: name });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.err.print([`${CONFIG_FILE} could not be written, so name ${name} the next time. ${reason}`]);
  }
}

import { runChild } from '../child.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../exit.ts';
import { startForwards } from '../forward/index.ts';
import { openSession } from '../forward/session.ts';
import { connectedLines } from '../render/connect.ts';
import { oneLine } from '../render/text.ts';
import { environmentOf } from './env.ts';

/**
 * Forwards the private tools of a stack to their local ports until Ctrl-C. With a command after `--`, runs it with the
 * environment of the tools, and ends with its exit code.
 */
export async function connect(context: Context, args: string[]): Promise<number> {
  const { argument, command } = partsOf(context, args);
  const name = await chooseStack(context, argument);
  const report = reporter(context);
  const session = await openSession(context.api, name, (error) => report(name, error));
  let end = (): void => undefined;
  try {
    const { forwards, models, expiresAt } = session.credentials;
    end = await startForwards(session, ({ title }, error) => report(title, error));
    if (command.length > 0) {
      const { variables } = await environmentOf(context, name, { cluster: false, reveal: true });
      return await runChild(command, variables);
    }
    if (context.options.json === true) printJson(context, { stack: name, expiresAt, forwards, models });
    else context.terminal.out.print(connectedLines(name, session.credentials, context.terminal.out.look));
    await interrupted();
    context.terminal.err.print([`${name} is disconnected.`]);
    return EXIT.ok;
  } finally {
    end();
    session.close();
  }
}

/** The name of the stack, and the command after `--`. */
function partsOf({ words }: Context, args: readonly string[]) {
  const at = words.indexOf('--');
  const command = at === -1 ? [] : words.slice(at + 1);
  const [argument, ...more] = args.slice(0, args.length - command.length);
  if (more.length > 0)
    throw usageError(
      'A command to run follows after `--`.',
      'For example: matcha connect demo -- zenml stack list',
    );
  if (at !== -1 && (command[0] ?? '').trim() === '')
    throw usageError(
      'There is no command after `--`.',
      'For example: matcha connect demo -- zenml stack list',
    );
  return { argument, command };
}

/** Prints each problem once, until another one follows. */
function reporter({ terminal }: Context): (subject: string, error: unknown) => void {
  const last = new Map<string, string>();
  return (subject, error) => {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = error instanceof CliError ? (error.complaint.remedies?.[0]?.text ?? '') : '';
    const text = oneLine(`${subject}: ${message} ${remedy}`);
    if (last.get(subject) === text) return;
    last.set(subject, text);
    terminal.err.print([`${terminal.err.look.paint('yellow', '!')} ${text}`]);
  };
}

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

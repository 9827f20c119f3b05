import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { kubeconfigOf, kubeconfigText } from '../render/kubeconfig.ts';
import { wrap } from '../render/text.ts';

/** The first line of a file that this command wrote, and may write again. */
const MARK = '# Written by `matcha kubeconfig`.';

/** Prints a kubeconfig for the tools and pipelines of a stack, or writes it to a file. Merges it with nothing. */
export async function kubeconfig(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  if (options.file !== undefined) await requireOwn(options.file);
  const { value: credentials, at } = await api('issueCredentials', {
    params: { name },
    query: { purpose: 'pipelines' },
  });
  const config = kubeconfigOf(name, credentials);
  const text = `${MARK}\n${stringify(config)}`;
  if (options.file !== undefined) await write(options.file, text);
  else if (options.json === true) printJson(context, config);
  else terminal.out.print([text.trimEnd()]);
  const about = kubeconfigText(name, credentials, at, options.file);
  terminal.err.print(wrap(about, terminal.err.look.width));
  return EXIT.ok;
}

/** Refuses to replace a file that is not one of this command, such as the kubeconfig of other clusters. */
async function requireOwn(file: string): Promise<void> {
  try {
    if ((await readFile(file, 'utf8')).startsWith(MARK)) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw unusable(file, error);
  }
  throw usageError(
    `${file} exists, and is not a file of this command.`,
    'Name another file: nothing is merged.',
  );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw unusable(file, error);
  }
}

const unusable = (file: string, error: unknown) =>
  usageError(`${file} cannot be written: ${(error as Error).message}.`, 'Name another file.');

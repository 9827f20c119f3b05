import { confirm, isCancel, select, text, type CANCEL_SYMBOL } from '@clack/prompts';
import { ProblemError } from '../lib/domain/problem.ts';
import { parseRegion, parseStackName } from '../lib/domain/spec.ts';
import { presetText } from './render/catalogue.ts';
import { CliError, EXIT, nothingDone } from './exit.ts';
import { serverUrl } from './server-url.ts';

/** Questions go to stderr because stdout is for data. */
const looks = { output: process.stderr, withGuide: false };

/** Asks for the name of a new stack and returns it in lower case. */
export async function askName(): Promise<string> {
  const name = await text({
    message: 'Name (prefix of every resource)',
    placeholder: 'demo',
    validate: (value = '') => complaintOf(() => parseStackName(value.toLowerCase())),
    ...looks,
  });
  return answered(name).toLowerCase();
}

/** Asks for the address of the server. */
export const askServer = async (current: string): Promise<string> =>
  answered(
    await text({
      message: 'Server',
      initialValue: current,
      validate: (value = '') => complaintOf(() => serverUrl(value)),
      ...looks,
    }),
  );

/** Asks for the default stack of this directory; undefined when there is none. */
export async function askStackOfDirectory(current: string | undefined): Promise<string | undefined> {
  const name = await text({
    message: 'Stack of this directory (empty: none)',
    ...(current !== undefined && { initialValue: current }),
    validate: (value = '') =>
      value === '' ? undefined : complaintOf(() => parseStackName(value.toLowerCase())),
    ...looks,
  });
  return answered(name) === '' ? undefined : answered(name);
}

/** Asks for an Azure region; accepts `UK South` as well as `uksouth`. */
export const askRegion = async (): Promise<string> =>
  parseRegion(
    answered(
      await text({
        message: 'Region',
        placeholder: 'uksouth',
        validate: (value = '') => complaintOf(() => parseRegion(value)),
        ...looks,
      }),
    ),
  );

/** Asks which preset to build. */
export async function askPreset(presets: Record<string, string[]>): Promise<string> {
  const names = Object.keys(presets);
  const column = Math.max(...names.map((name) => name.length)) + 3;
  const options = names.map((name) => ({
    value: name,
    label: name.padEnd(column) + presetText(presets, name),
  }));
  return answered(await select({ message: 'What will you build?', options, ...looks }));
}

/** Asks which of several things to do. */
export const askChoice = async <Choice extends { label: string }>(
  message: string,
  choices: readonly Choice[],
): Promise<Choice> => {
  const options = choices.map(({ label }, value) => ({ value, label }));
  const chosen = answered(await select({ message, options, ...looks }));
  return choices[chosen] as Choice;
};

/** Asks a yes-no question; Enter alone gives the default answer. */
export const askConsent = async (message: string, { byDefault = true } = {}): Promise<boolean> =>
  answered(await confirm({ message, initialValue: byDefault, ...looks }));

/** Asks for the stack's name as confirmation of a deletion. */
export const askStackName = async (name: string): Promise<void> =>
  void answered(
    await text({
      message: "Type the stack's name to destroy it",
      validate: (value) => (value === name ? undefined : `That is not "${name}". Ctrl-C cancels.`),
      ...looks,
    }),
  );

/** Returns the answer. Ctrl-C ends the command before it changes anything. */
function answered<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw nothingDone(EXIT.interrupted);
  return answer;
}

function complaintOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProblemError) && !(error instanceof CliError)) throw error;
    const { message, remedies = [] } = error instanceof CliError ? error.complaint : error.problem;
    return [message, ...remedies.map(({ text: advice }) => advice)].join(' ');
  }
}

import { quote } from '../../lib/domain/quote.ts';
import { suggest } from '../../lib/domain/suggest.ts';
import { ApiError } from '../api.ts';
import { saveConfig } from '../config.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { presetLines } from '../render/catalogue.ts';

const PRESET = /^[a-z0-9-]{1,60}$/;

/** Sets the preset of this directory for `provision`. */
export async function setStack(context: Context, [argument = '']: string[]): Promise<ExitCode> {
  const { options, terminal } = context;
  const preset = argument.toLowerCase();
  if (!PRESET.test(preset))
    throw usageError(
      `${quote(argument)} cannot be the name of a preset.`,
      'Choose one of `matcha stack list`.',
    );
  const presets = await knownPresets(context);
  if (presets === undefined) terminal.err.print(['No server answers, so the preset is not checked.']);
  else if (!presets.includes(preset)) throw unknownPreset(argument, presets);
  await saveConfig(context, { preset });
  if (options.json === true) printJson(context, { preset });
  else terminal.out.print([`${preset} is now the preset of this directory; \`matcha provision\` uses it.`]);
  return EXIT.ok;
}

/** Lists the presets; the chosen one is marked. */
export async function listPresets(context: Context): Promise<ExitCode> {
  const { api, config, options, terminal } = context;
  const { presets } = (await api('readCatalogue')).value;
  if (options.json === true) printJson(context, { presets, chosen: config.preset ?? null });
  else terminal.out.print(presetLines(presets, config.preset, terminal.out.look));
  return EXIT.ok;
}

/** Undefined when no server answers: a preset can be set before one runs. */
async function knownPresets({ api }: Context): Promise<string[] | undefined> {
  try {
    const { presets } = (await api('readCatalogue')).value;
    return Object.keys(presets);
  } catch (error) {
    if (error instanceof ApiError && error.status === undefined) return undefined;
    throw error;
  }
}

function unknownPreset(word: string, presets: string[]) {
  const nearest = suggest(word, presets);
  return usageError(
    `There is no preset ${quote(word)}.`,
    nearest === undefined ? `Use one of: ${presets.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}

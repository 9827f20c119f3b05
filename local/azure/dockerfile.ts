import { DURATIONS } from './durations.ts';

/** What one instruction of a Dockerfile prints, how long it takes in seconds, and the exit code when it fails. */
export interface Layer {
  seconds: number;
  lines: string[];
  failure?: string;
}

/** What the instructions of a Dockerfile see. */
interface BuildContext {
  files: ReadonlyMap<string, Buffer>;
  /** Whether the registry of the build has this image; undefined for an image of another registry. */
  has: (image: string) => boolean | undefined;
}

const KNOWN = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** The package index does not have a package whose name begins like this. */
const UNKNOWN_PACKAGE = /^(no-such|missing|unresolvable)/i;

/** The instructions of a Dockerfile: comments are left out, continued lines are joined. */
export const instructionsOf = (dockerfile: string): string[] =>
  dockerfile
    .replaceAll(/^\s*#.*\n?/gm, '')
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * Builds a Dockerfile with a simplified model of its instructions: COPY needs its files, FROM (and COPY from) an image of the registry
 * itself needs that image, `pip install` the packages of its requirements files; `false` and `exit N` fail.
 */
export function layersOf(instructions: readonly string[], context: BuildContext): Layer[] {
  const layers: Layer[] = [];
  for (const [index, instruction] of instructions.entries()) {
    const layer = layerOf(instruction, context);
    const step = `Step ${index + 1}/${instructions.length} : ${instruction}`;
    layers.push({ ...layer, lines: [step, ...layer.lines] });
    if (layer.failure !== undefined) break;
  }
  return layers;
}

function layerOf(instruction: string, context: BuildContext): Layer {
  const [word = '', ...rest] = instruction.split(/\s+/);
  const name = word.toUpperCase();
  if (!KNOWN.has(name)) {
    const failure = `dockerfile parse error: unknown instruction: ${word}`;
    return { seconds: 0, lines: [failure], failure };
  }
  const { pull, copy } = DURATIONS.imageBuild;
  if (name === 'FROM') return from(rest[0] ?? '', context, pull);
  if (name === 'COPY' || name === 'ADD') return copied(rest, context, copy);
  if (name === 'RUN') return ran(rest.join(' '), context);
  return { seconds: 0.2, lines: [' ---> Using cache'] };
}

function from(image: string, { has }: BuildContext, seconds: number): Layer {
  if (has(image) !== false) return { seconds, lines: [`Pulling from ${image}`, ' ---> 8c3f1d7a90b2'] };
  const failure = `manifest for ${image} not found: manifest unknown: manifest tagged is not found`;
  return { seconds: 1, lines: [failure], failure };
}

function copied(words: string[], context: BuildContext, seconds: number): Layer {
  const other = /^--from=(.+)$/.exec(words.find((word) => word.startsWith('--from=')) ?? '')?.[1];
  // Files of another image, which is pulled.
  if (other !== undefined) return from(other, context, DURATIONS.imageBuild.pull);
  const { files } = context;
  const paths = words.filter((word) => !word.startsWith('--')).slice(0, -1);
  const missing = paths.find((path) => {
    const clean = path.replace(/^\.?\//, '').replace(/\/$/, '');
    return (
      clean !== '.' && clean !== '' && ![...files.keys()].some((file) => `${file}/`.startsWith(`${clean}/`))
    );
  });
  if (missing === undefined) return { seconds, lines: [' ---> 1f0c2ab7d4e9'] };
  const failure = `COPY failed: file not found in build context or excluded by .dockerignore: stat ${missing}: file does not exist`;
  return { seconds: 0.2, lines: [failure], failure };
}

function ran(command: string, { files }: BuildContext): Layer {
  const { run, install } = DURATIONS.imageBuild;
  const lines = [' ---> Running in 5b7d90c1e2f3'];
  const fails = (code: string, ...more: string[]): Layer => {
    const failure = `The command '/bin/sh -c ${command}' returned a non-zero code: ${code}`;
    return { seconds: run, lines: [...lines, ...more, failure], failure };
  };
  if (/(^|&&\s*)(false|exit [1-9]\d*)\s*$/.test(command)) return fails(/\d+$/.exec(command)?.[0] ?? '1');
  if (!/\bpip\b.*\binstall\b/.test(command)) return { seconds: run, lines };
  const requirements = [...command.matchAll(/(?:-r|--requirement)\s+(\S+)/g)].flatMap(([, path = '']) => {
    const name = path.split('/').at(-1)?.replace('more-', '') ?? '';
    const text = files.get(name)?.toString('utf8') ?? '';
    return text
      .split(/\r?\n/)
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '' && !line.startsWith('-'));
  });
  const unknown = requirements.find((requirement) => UNKNOWN_PACKAGE.test(requirement));
  if (unknown !== undefined)
    return fails(
      '1',
      `ERROR: Could not find a version that satisfies the requirement ${unknown} (from versions: none)`,
      `ERROR: No matching distribution found for ${unknown}`,
    );
  const collecting = requirements.map((requirement) => `Collecting ${requirement}`);
  return {
    seconds: run + install * requirements.length,
    lines: [
      ...lines,
      ...collecting,
      `Successfully installed ${requirements.join(' ')}`,
      ' ---> 77aa01c3fd10',
    ],
  };
}

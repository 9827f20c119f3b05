import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageRequest, ImageView } from '../../lib/api/image.ts';
import { failureLinesOf, isRunOver } from '../../lib/domain/image-run.ts';
import { ApiError } from '../api.ts';
import { buildContext, readTextFile } from '../build-context.ts';
import { runCommand } from '../complaint.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { builtLines, imageTable, logLines } from '../render/images.ts';

const POLL_MS = 1000;
/** How long to retry while the server does not answer. */
const RETRY_MS = 60_000;

/** Builds an image in the registry of a stack, shows the log, and how a pipeline uses the image. */
export async function buildImage(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const body = await requestOf(context);
  const name = await chooseStack(context, argument);
  const { value: image } = await api('buildImage', { params: { name }, body });
  if (image.state === 'Succeeded') return printBuilt(context, image);
  terminal.err.print([`Building ${image.image ?? ''} in the registry (build ${image.id})`]);
  if (options.wait !== false) return await follow(context, name, image);
  if (options.json === true) printJson(context, image);
  else terminal.out.print([`${image.image ?? ''} is being built, build ${image.id}`]);
  terminal.err.print([`\`${logCommand(name, image)}\` shows its log.`]);
  return EXIT.ok;
}

/** Lists the latest builds in the registry of a stack. */
export async function listImages(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { value } = await api('listImages', { params: { name } });
  if (options.json === true) printJson(context, value);
  else if (value.images.length === 0) terminal.out.print([`The registry of ${name} has no builds.`]);
  else terminal.out.print(imageTable(value.images, terminal.out.look));
  return EXIT.ok;
}

/** Shows the log of a build until the build ends. */
export async function imageLog(context: Context, [id = '']: string[]): Promise<ExitCode> {
  const name = await chooseStack(context, undefined);
  const { value: image } = await context.api('getImage', { params: { name, image: id } });
  return await follow(context, name, image);
}

async function requestOf({ options }: Context): Promise<Partial<ImageRequest>> {
  const { requirements, dockerfile, tag } = options;
  return {
    ...(requirements !== undefined && { requirements: await readTextFile(requirements) }),
    ...(dockerfile !== undefined && (await buildContext(dockerfile))),
    ...(tag !== undefined && { tag }),
  };
}

/** Prints the log to stderr until the build ends, then its result. Ctrl-C ends the command, not the build. */
async function follow(context: Context, name: string, started: ImageView): Promise<ExitCode> {
  const { terminal } = context;
  const onInterrupt = () => {
    terminal.err.print([`The build continues; \`${logCommand(name, started)}\` shows it again.`]);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', onInterrupt);
  try {
    const { image, log } = await readToEnd(context, name, started);
    if (image.state !== 'Succeeded') throw buildFailed(name, image, log);
    return printBuilt(context, image);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function printBuilt(context: Context, image: ImageView): ExitCode {
  const { out } = context.terminal;
  if (context.options.json === true) printJson(context, image);
  else out.print(builtLines(image, out.look));
  return EXIT.ok;
}

/** Prints the log as it grows. Returns the ended build and the end of its log. */
async function readToEnd(
  { api, terminal: { err } }: Context,
  name: string,
  started: ImageView,
): Promise<{ image: ImageView; log: string }> {
  const params = { name, image: started.id };
  let image = started;
  let offset = 0;
  let log = '';
  let answeredAt = Date.now();
  for (;;) {
    try {
      const isLast = isRunOver(image.state);
      const { value } = await api('getImageLog', { params, query: { offset } });
      if (value.text !== '') {
        err.print(logLines(value.text).map((line) => err.look.paint('dim', line)));
        log = (log + value.text).slice(-LOG_END);
      }
      const isMore = value.next > offset;
      offset = value.next;
      if (isLast && !isMore) return { image, log };
      ({ value: image } = await api('getImage', { params }));
      answeredAt = Date.now();
      if (isMore) continue;
    } catch (error) {
      const isAway = error instanceof ApiError && (error.status === undefined || error.status >= 500);
      if (!isAway || Date.now() - answeredAt > RETRY_MS) throw error;
    }
    await sleep(POLL_MS);
  }
}

/** How much of the end of a log is kept, to find the reason in it. */
const LOG_END = 10_000;

const buildFailed = (name: string, image: ImageView, log: string): CliError =>
  new CliError(EXIT.failed, {
    code: 'IMAGE_BUILD_FAILED',
    message: `The build ${image.id} ended as ${image.state}.`,
    cause: [image.reason ?? '', ...failureLinesOf(log)].join(' ').trim(),
    remedies: [runCommand(logCommand(name, image), 'Read the whole log, and correct what it names.')],
    stack: name,
  });

const logCommand = (name: string, { id }: ImageView): string => `matcha image log ${id} --stack ${name}`;

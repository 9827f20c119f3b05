import { DURATIONS } from './durations.ts';
import { instructionsOf, layersOf, type Layer } from './dockerfile.ts';
import { filesIn } from './tar-files.ts';

/** A build of an image (ACR Tasks). Its state and its log follow from the time. Times are in milliseconds. */
export interface ImageBuild {
  runId: string;
  /** The lower-case id of the registry. */
  registry: string;
  loginServer: string;
  image: string;
  createdAt: number;
  startsAt: number;
  endsAt: number;
  /** The lines of the log, with the time of each. */
  log: { at: number; text: string }[];
  failed: boolean;
  canceledAt?: number;
  cpu: number;
}

export type BuildStatus = 'Queued' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';

export function statusOf({ canceledAt, startsAt, endsAt, failed }: ImageBuild, now: number): BuildStatus {
  if (canceledAt !== undefined) return 'Canceled';
  if (now < startsAt) return 'Queued';
  if (now < endsAt) return 'Running';
  return failed ? 'Failed' : 'Succeeded';
}

/** The log so far, as Azure writes it; undefined before the build has started, when there is no log. */
export function logOf({ log, startsAt, canceledAt = Infinity }: ImageBuild, now: number): Buffer | undefined {
  if (now < startsAt) return undefined;
  const lines = log.filter(({ at }) => at <= Math.min(now, canceledAt)).map(({ text }) => `${text}\r\n`);
  return Buffer.from(lines.join(''));
}

interface Request {
  runId: string;
  registry: string;
  loginServer: string;
  image: string;
  archive: Buffer;
  dockerfile: string;
  cpu: number;
  now: number;
  /** Every build fails. */
  isFailing: boolean;
  /** Whether the registry has an image, by its name in it. */
  has: (image: string) => boolean;
}

/** Plans a build: what it prints and when, and whether it succeeds. The texts are those of real logs. */
export function buildImage(request: Request): ImageBuild {
  const { runId, registry, loginServer, image, cpu, now } = request;
  const { queue, around, push } = DURATIONS.imageBuild;
  const startsAt = now + queue * 1000;
  const log: ImageBuild['log'] = [];
  let at = startsAt;
  const print = (...lines: string[]) => log.push(...lines.map((text) => ({ at, text })));
  const stamped = (text: string) => {
    const [date = '', time = ''] = new Date(at).toISOString().split(/[T.]/);
    print(`${date.replaceAll('-', '/')} ${time} ${text}`);
  };
  const wait = (seconds: number) => (at += seconds * 1000);

  stamped('Downloading source code...');
  const files = filesIn(request.archive);
  const dockerfile = files?.get(request.dockerfile);
  wait(around / 2);
  let failure = failureOf(files, request);
  if (files !== undefined && dockerfile !== undefined) {
    stamped('Finished downloading source code');
    stamped(`Logging in to registry: ${loginServer}`);
    stamped(`Successfully logged into ${loginServer}`);
    stamped("Executing step ID: build. Timeout(sec): 28800, Working directory: '', Network: ''");
    stamped('Launching container with name: build');
    const own = (name: string) =>
      name.startsWith(`${loginServer}/`) ? request.has(name.slice(loginServer.length + 1)) : undefined;
    const layers = layersOf(instructionsOf(dockerfile.toString('utf8')), { files, has: own });
    for (const layer of request.isFailing ? layers.slice(0, 1).map(failing) : layers) {
      print(layer.lines[0] ?? '');
      wait(layer.seconds);
      print(...layer.lines.slice(1));
      failure ??= layer.failure;
    }
  }
  if (failure === undefined) {
    print(`Successfully tagged ${loginServer}/${image}`);
    stamped("Executing step ID: push. Timeout(sec): 3600, Working directory: '', Network: ''");
    stamped(`Pushing image: ${loginServer}/${image}, attempt 1`);
    wait(push);
    stamped(`Successfully pushed image: ${loginServer}/${image}`);
  } else {
    stamped('Container failed during run: build. No retries remaining.');
    print('failed to run step ID: build: exit status 1');
  }
  wait(around / 2);
  const seconds = Math.round((at - startsAt) / 1000);
  print(
    '',
    failure === undefined
      ? `Run ID: ${runId} was successful after ${seconds}s`
      : `Run ID: ${runId} failed after ${seconds}s. Error: failed during run, err: exit status 1`,
  );
  const failed = failure !== undefined;
  return { runId, registry, loginServer, image, cpu, createdAt: now, startsAt, endsAt: at, log, failed };
}

const failureOf = (files: Map<string, Buffer> | undefined, { dockerfile }: Request): string | undefined => {
  if (files === undefined) return 'failed to download context: the source is not an archive';
  return files.has(dockerfile) ? undefined : `unable to evaluate symlinks in Dockerfile path: ${dockerfile}`;
};

/** What a build shows when its base image cannot be pulled. */
const failing = (layer: Layer): Layer => {
  const failure = 'toomanyrequests: You have reached your unauthenticated pull rate limit.';
  return { ...layer, lines: [layer.lines[0] ?? '', failure], failure };
};

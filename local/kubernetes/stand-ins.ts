import type {
  BlobAnswer,
  BlobRequest,
  Controller,
  StandIn,
  StandInProgram,
  StandInRequest,
  StandInResponse,
  StandInServer,
} from '../../lib/components/stand-in.ts';

/** The substitutes for component images in a cluster. */
export interface StandIns {
  /** The server that replaces the process of an image; undefined if there is none. */
  serverOf(image: string): StandInServer | undefined;
  /** The program that replaces that of an image; undefined if there is none. */
  programOf(image: string): StandInProgram | undefined;
  /** The real process that runs in place of an image and its stand-in; undefined if there is none. */
  processOf(image: string): RealProcess | undefined;
  runProcess(image: RegExp, process: RealProcess): void;
  controllers: readonly Controller[];
  blobs: PodBlobs;
}

/** Passes a request on to a process outside of the cluster. Rejects if it is not reachable. */
export type RealProcess = (request: StandInRequest) => Promise<StandInResponse>;

/** A pod, as Blob Storage identifies it. */
export interface PodCaller {
  namespace: string;
  serviceAccount: string;
  clientId: string | undefined;
  hasLabel: boolean;
}

/** Calls Blob Storage from a pod of the cluster `slug`. */
export type PodBlobs = (slug: string, caller: PodCaller, request: BlobRequest) => BlobAnswer;

export function createStandIns(standIns: readonly StandIn[], blobs: PodBlobs): StandIns {
  const servers = standIns.flatMap(({ servers = [] }) => servers);
  const programs = standIns.flatMap(({ programs = [] }) => programs);
  const processes: { image: RegExp; process: RealProcess }[] = [];
  return {
    programOf: (image) => programs.find((program) => program.image.test(image)),
    processOf: (image) => processes.findLast((each) => each.image.test(image))?.process,
    runProcess: (image, process) => void processes.push({ image, process }),
    serverOf: (image) => servers.find((server) => server.image.test(image)),
    controllers: standIns.flatMap(({ controllers = [] }) => controllers),
    blobs,
  };
}

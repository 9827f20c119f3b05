import type {
  BlobAnswer,
  BlobRequest,
  Controller,
  StandIn,
  StandInProgram,
  StandInServer,
} from '../../lib/components/stand-in.ts';

/** The substitutes for component images in a cluster. */
export interface StandIns {
  /** The server that replaces the process of an image; undefined if there is none. */
  serverOf(image: string): StandInServer | undefined;
  /** The program that replaces that of an image; undefined if there is none. */
  programOf(image: string): StandInProgram | undefined;
  controllers: readonly Controller[];
  blobs: PodBlobs;
}

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
  return {
    programOf: (image) => programs.find((program) => program.image.test(image)),
    serverOf: (image) => servers.find((server) => server.image.test(image)),
    controllers: standIns.flatMap(({ controllers = [] }) => controllers),
    blobs,
  };
}

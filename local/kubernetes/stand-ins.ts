import type { Controller, StandIn, StandInServer } from '../../lib/components/stand-in.ts';

/** The substitutes for component images in a cluster. */
export interface StandIns {
  /** The server that replaces the process of an image; undefined if there is none. */
  serverOf(image: string): StandInServer | undefined;
  controllers: readonly Controller[];
}

export function createStandIns(standIns: readonly StandIn[]): StandIns {
  const servers = standIns.flatMap(({ servers = [] }) => servers);
  return {
    serverOf: (image) => servers.find((server) => server.image.test(image)),
    controllers: standIns.flatMap(({ controllers = [] }) => controllers),
  };
}

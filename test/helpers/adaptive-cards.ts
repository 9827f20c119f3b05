import { createRequire } from 'node:module';

interface Library {
  HostConfig: new (config: unknown) => unknown;
  AdaptiveCard: new () => {
    hostConfig: unknown;
    parse(card: unknown, context: unknown): void;
    validateProperties(): { validationEvents: { message: string }[] };
  };
  SerializationContext: new (version: unknown) => {
    readonly eventCount: number;
    getEventAt(index: number): { message: string };
  };
  Versions: Record<string, unknown>;
}

/** Microsoft's library is a script for browsers, and expects their name of the global object. */
function load(): Library {
  Object.assign(globalThis, { self: globalThis });
  return createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as Library;
}

const library = load();

/** Teams shows six buttons. */
const teams = new library.HostConfig({ actions: { maxActions: 6 } });

/** What Microsoft's library finds wrong with a card. */
export function cardErrors(card: unknown): string[] {
  const parsed = new library.AdaptiveCard();
  parsed.hostConfig = teams;
  const context = new library.SerializationContext(library.Versions['v1_5']);
  parsed.parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
  return [...events, ...parsed.validateProperties().validationEvents].map(({ message }) => message);
}

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The settings of host.json that the local host supports. */
export interface HostSettings {
  routePrefix: string;
  hubName: string;
  maxConcurrentActivityFunctions: number;
  maxConcurrentOrchestratorFunctions: number;
  /** The timeout of one invocation, in real milliseconds; may be Infinity. */
  functionTimeout: number;
}

interface HostJson {
  functionTimeout?: string;
  extensions?: {
    http?: { routePrefix?: string };
    durableTask?: {
      hubName?: string;
      maxConcurrentActivityFunctions?: number;
      maxConcurrentOrchestratorFunctions?: number;
    };
  };
}

/** The defaults of the Functions host on a Flex Consumption plan and of the Durable extension. */
const DEFAULT_TIMEOUT = '00:30:00';
const DEFAULT_CONCURRENCY = 10 * availableParallelism();

/** One thread runs everything here: more at once is not faster, and delays the answers of HTTP triggers. */
const MAX_CONCURRENCY = { activities: 2 * availableParallelism(), orchestrators: availableParallelism() };

/** Reads host.json; returns the defaults without a path. Throws if the file is missing or not JSON. */
export function readHostJson(file?: string): HostSettings {
  const json = file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as HostJson);
  const durableTask = json.extensions?.durableTask;
  return {
    routePrefix: json.extensions?.http?.routePrefix ?? 'api',
    hubName: durableTask?.hubName ?? 'LocalHub',
    maxConcurrentActivityFunctions: Math.min(
      durableTask?.maxConcurrentActivityFunctions ?? DEFAULT_CONCURRENCY,
      MAX_CONCURRENCY.activities,
    ),
    maxConcurrentOrchestratorFunctions: Math.min(
      durableTask?.maxConcurrentOrchestratorFunctions ?? DEFAULT_CONCURRENCY,
      MAX_CONCURRENCY.orchestrators,
    ),
    functionTimeout: timeSpan(json.functionTimeout ?? DEFAULT_TIMEOUT),
  };
}

/** Milliseconds of a .NET time span, `[days.]hours:minutes:seconds`; `-1` means unlimited. */
function timeSpan(text: string): number {
  if (text === '-1') return Infinity;
  const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  if (hours === undefined) throw new Error(`host.json: functionTimeout '${text}' is not a time span.`);
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

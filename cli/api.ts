import type { ProblemJson } from '../lib/domain/problem.ts';
import type { StackRequestInput } from '../lib/domain/spec.ts';
import type {
  Inventory,
  OperationView,
  PlanView,
  StackDetail,
  StackEvent,
  StackView,
} from '../lib/domain/status.ts';
import { CliError, EXIT, exitForStatus, type Complaint } from './exit.ts';

/** What the server answered, and when by its own clock (milliseconds since the epoch). */
export interface Answer<T> {
  value: T;
  at: number;
}

/** By resource (`experiment-tracker`), then by property (`tracking-url`). */
export type OutputValues = Record<string, Record<string, string>>;

export interface Catalogue {
  presets: Record<string, string[]>;
  components: {
    name: string;
    title: string;
    version: string;
    summary: string;
    slot?: string;
    dependsOn: string[];
  }[];
  regions: string[];
}

/** The server refused, or could not be asked at all: then there is no status. */
export class ApiError extends CliError {
  readonly status: number | undefined;

  constructor(status: number | undefined, complaint: Complaint) {
    super(status === undefined ? EXIT.failed : exitForStatus(status), complaint);
    this.name = 'ApiError';
    this.status = status;
  }
}

export type Api = ReturnType<typeof createApi>;

const TIMEOUT_MS = 30_000;

/** The control plane's HTTP API. Every call rejects with an ApiError when it is not answered well. */
export function createApi(server: string) {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const response = await send(server, method, `/api/v1${path}`, body);
    const at = Date.parse(response.headers.get('Matcha-Now') ?? '');
    const value = await parse(server, response);
    if (!response.ok) throw refused(server, response.status, value);
    return { value: value as T, at: Number.isNaN(at) ? Date.now() : at };
  };
  const stack = (name: string) => `/stacks/${encodeURIComponent(name)}`;
  return {
    provision: (name: string, request: StackRequestInput) => call<OperationView>('PUT', stack(name), request),
    plan: (name: string, request: StackRequestInput) =>
      call<PlanView>('POST', `${stack(name)}/plan`, request),
    stacks: ({ all }: { all: boolean }) =>
      call<{ stacks: StackView[] }>('GET', all ? '/stacks?all=true' : '/stacks'),
    stack: (name: string) => call<StackDetail>('GET', stack(name)),
    events: (name: string) => call<{ events: StackEvent[] }>('GET', `${stack(name)}/events`),
    outputs: (name: string, { reveal }: { reveal: boolean }) =>
      call<OutputValues>('GET', `${stack(name)}/outputs${reveal ? '?reveal=true' : ''}`),
    destroy: (name: string, { keepData }: { keepData: boolean }) =>
      call<OperationView>('DELETE', `${stack(name)}?keepData=${keepData}`),
    inventory: (name: string, { keepData }: { keepData: boolean }) =>
      call<Inventory>('GET', `${stack(name)}/inventory?keepData=${keepData}`),
    environment: (name: string, { cluster }: { cluster: boolean }) =>
      call<Record<string, string>>('GET', `${stack(name)}/environment?cluster=${cluster}`),
    planUpgrade: (name: string) => call<PlanView>('POST', `${stack(name)}/upgrade/plan`),
    upgrade: (name: string) => call<OperationView>('POST', `${stack(name)}/upgrade`),
    hibernate: (name: string) => call<OperationView>('POST', `${stack(name)}/hibernate`),
    wake: (name: string) => call<OperationView>('POST', `${stack(name)}/wake`),
    unlock: (name: string, options: { force: boolean }) =>
      call<StackDetail>('POST', `${stack(name)}/unlock`, options),
    operation: (id: string) => call<OperationView>('GET', `/operations/${encodeURIComponent(id)}`),
    catalogue: () => call<Catalogue>('GET', '/catalogue'),
    health: () => call<{ status: string; version: string }>('GET', '/health'),
  };
}

async function send(server: string, method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(server + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw unreachable(server, error);
  }
}

async function parse(server: string, response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw unreachable(server, error);
    throw new ApiError(response.status, {
      message: `What answers at ${server} is not a Matcha server.`,
      cause: `It answered ${response.status} ${response.statusText}, without JSON.`,
      hint: 'Check the address given by --server, MATCHA_URL or matcha.config.json.',
    });
  }
}

function refused(server: string, status: number, body: unknown): ApiError {
  const isProblem = typeof body === 'object' && body !== null && 'title' in body;
  if (!isProblem) {
    return new ApiError(status, {
      message: `The server at ${server} answered ${status}.`,
      hint: 'Try again; `matcha doctor` looks at the server.',
    });
  }
  const { title, code, hint, cause, operationId } = body as ProblemJson;
  return new ApiError(status, {
    message: title,
    code,
    hint,
    ...(cause !== undefined && { cause }),
    ...(operationId !== undefined && { operationId }),
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there (ECONNREFUSED).',
  ECONNRESET: 'The connection was closed before the answer (ECONNRESET).',
  ENOTFOUND: 'There is no host of that name (ENOTFOUND).',
  TimeoutError: `No answer within ${TIMEOUT_MS / 1000} seconds.`,
};

/** The fetch of Node says no more than "fetch failed"; the code that explains it is in its cause. */
function unreachable(server: string, error: unknown): ApiError {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : name;
  const fallback = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new ApiError(undefined, {
    message: `No Matcha server answers at ${server}.`,
    cause: REASONS[code] ?? fallback,
    hint: 'Run `npm start` in the repository to start one here, or name another with --server URL.',
  });
}

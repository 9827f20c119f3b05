import {
  app,
  type HttpMethod,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import * as df from 'durable-functions';
import { authenticate, services } from '../../lib/compose.ts';
import type { Principal } from '../../lib/domain/principal.ts';
import { problem, ProblemError, problemJson, PROBLEMS, type Problem } from '../../lib/domain/problem.ts';
import type { Services, Workflows } from '../../lib/services.ts';
import { workflowsOf } from '../workflows.ts';

/** What a handler gets: who calls, what they ask, and what the control plane works with. */
export interface Call {
  request: HttpRequest;
  principal: Principal;
  services: Services;
  workflows: Workflows;
}

export interface Endpoint {
  methods: HttpMethod[];
  /** Below /api/v1. */
  route: string;
  handle: (call: Call) => Promise<HttpResponseInit>;
  /** Answered without asking who calls. */
  isOpen?: true;
}

/** Registers an endpoint: authenticates, hands over, and turns every problem into an answer of RFC 9457. */
export function endpoint(name: string, { methods, route, handle, isOpen }: Endpoint): void {
  app.http(name, {
    methods,
    route: `v1/${route}`,
    authLevel: 'anonymous', // callers are verified here, each by name, and not by a shared key
    extraInputs: [df.input.durableClient()],
    handler: async (request, context) => {
      try {
        const principal = isOpen === true ? NOBODY : await principalOf(request);
        const workflows = workflowsOf(df.getClient(context));
        return withTime(await handle({ request, principal, services: services(), workflows }));
      } catch (error) {
        return withTime(problemResponse(error, context));
      }
    },
  });
}

const NOBODY: Principal = { id: '', name: 'nobody', role: 'Reader' };

async function principalOf(request: HttpRequest): Promise<Principal> {
  const principal = await authenticate(request.headers);
  if (principal === undefined) throw new ProblemError('NOT_SIGNED_IN', 'The request does not say who calls.');
  return principal;
}

function problemResponse(error: unknown, context: InvocationContext): HttpResponseInit {
  const found = error instanceof ProblemError ? error.problem : unexpected(error, context);
  return {
    status: PROBLEMS[found.code].status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(problemJson(found)),
  };
}

/** The caller learns that it went wrong and under which id the log has the rest; the error itself may hold anything. */
function unexpected(error: unknown, context: InvocationContext): Problem {
  context.error(error);
  return problem('UNEXPECTED', 'Something went wrong inside Matcha.', {
    cause: `The log has it as ${context.invocationId}.`,
  });
}

/** Durations are measured by the server's clock, and callers cannot know it otherwise. */
const withTime = (response: HttpResponseInit): HttpResponseInit => ({
  ...response,
  headers: {
    ...(response.headers as Record<string, string>),
    'matcha-now': new Date(services().now()).toISOString(),
  },
});

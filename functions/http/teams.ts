import {
  app as functions,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../../lib/app.ts';
import { recordForgery } from '../../lib/commands/chat/access-events.ts';
import { problem, ProblemError, PROBLEMS } from '../../lib/domain/problem.ts';
import { errorText, logTo } from '../../lib/telemetry/log.ts';
import { startChat } from '../chat/start.ts';
import { jsonBody } from './body.ts';
import { problemResponse } from './problem-response.ts';

/** In bytes. A message comes with its text and its formatted text. */
const MAX_ACTIVITY = 256 * 1024;

/**
 * Registers the endpoint of the bot. It verifies an activity, starts its orchestration and answers: Teams waits for
 * some seconds only.
 */
export function registerTeams({ teams, services }: App): void {
  functions.http('teamsMessages', {
    methods: ['POST'],
    route: 'teams/messages',
    authLevel: 'anonymous', // the token of the connector is verified
    extraInputs: [df.input.durableClient()],
    handler: (request, context) =>
      teams === undefined
        ? problemResponse(problem('CHAT_NOT_CONFIGURED', 'Teams is not configured.'))
        : respond(teams, services, request, context),
  });
}

async function respond(
  teams: NonNullable<App['teams']>,
  services: App['services'],
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const log = logTo(context);
  try {
    const activity = await teams.receive(request.headers.get('authorization'), () =>
      jsonBody(request, MAX_ACTIVITY),
    );
    const asked = teams.requestOf(activity);
    if (asked !== undefined) await startChat(df.getClient(context), asked);
    return activity.type === 'invoke' && asked !== undefined ? WORKING : { status: 200 };
  } catch (error) {
    if (!(error instanceof ProblemError)) {
      log('error', { event: 'request.failed', message: errorText(error) });
      return problemResponse(problem('UNEXPECTED', 'Something went wrong inside Matcha.'));
    }
    const { code, cause = code } = error.problem;
    if ([401, 403].includes(PROBLEMS[code].status))
      await recordForgery(services, log, 'teams', { code, reason: cause });
    return problemResponse(error.problem);
  }
}

/**
 * The answer to a button. The card with the button stays; the next one follows:
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
 */
const WORKING: HttpResponseInit = {
  status: 200,
  jsonBody: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Working on it.' },
};

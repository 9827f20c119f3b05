import {
  app as functions,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../../lib/app.ts';
import { ProblemError, PROBLEMS } from '../../lib/domain/problem.ts';
import { logTo } from '../../lib/telemetry/log.ts';
import { jsonBody } from '../http/body.ts';
import { problemOf, problemResponse } from '../http/problem-response.ts';
import { startChat } from './start.ts';

type Teams = NonNullable<App['teams']>;

/** In bytes. A message comes with its text and its formatted text. */
const MAX_ACTIVITY = 256 * 1024;

/** Registers the endpoint of the bot. An activity is verified, starts the orchestration that answers it, and is done. */
export function registerTeams({ teams }: App): void {
  functions.http('teamsMessages', {
    methods: ['POST'],
    route: 'teams/messages',
    authLevel: 'anonymous', // the token of the connector is verified
    extraInputs: [df.input.durableClient()],
    handler: async (request, context) => {
      try {
        if (teams === undefined)
          throw new ProblemError('CHAT_NOT_CONFIGURED', 'This deployment has no bot in Teams.');
        return await receive(teams, request, context);
      } catch (error) {
        const found = problemOf(error, context);
        if ([401, 403].includes(PROBLEMS[found.code].status))
          logTo(context)('warn', {
            event: 'chat.refused',
            problem: found.code,
            message: `teams: ${found.cause ?? found.message}`,
          });
        return problemResponse(found);
      }
    },
  });
}

async function receive(
  teams: Teams,
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const activity = await teams.receive(request.headers.get('authorization'), () =>
    jsonBody(request, MAX_ACTIVITY),
  );
  const asked = teams.requestOf(activity);
  if (asked !== undefined) await startChat(df.getClient(context), asked);
  return activity.type === 'invoke' && asked !== undefined ? WORKING : { status: 200 };
}

/**
 * The answer to a button must come within seconds. The card with the button stays; another one follows:
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
 */
const WORKING: HttpResponseInit = {
  status: 200,
  jsonBody: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Working on it.' },
};

import {
  app as functions,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../../lib/app.ts';
import { recordForgery } from '../../lib/commands/chat/access-events.ts';
import { problem, isUnavailable } from '../../lib/domain/problem.ts';
import { errorText, logTo } from '../../lib/telemetry/log.ts';
import { startChat } from '../chat/start.ts';
import { problemResponse } from './problem-response.ts';

type Kind = Parameters<NonNullable<App['receiveSlack']>>[0];

/** In bytes; Slack repeats the message of a pressed button, which has 50 blocks at most. */
const MAX_BODY = 1024 * 1024;

/**
 * Registers the addresses that Slack calls. They verify a request, start its orchestration and answer: Slack waits for
 * three seconds only.
 */
export function registerSlack(app: App): void {
  const register = (name: string, route: string, kind: Kind) =>
    functions.http(name, {
      methods: ['POST'],
      route,
      authLevel: 'anonymous', // Slack signs its requests
      extraInputs: [df.input.durableClient()],
      handler: (request, context) => respond(app, kind, request, context),
    });
  register('slackCommands', 'slack/commands', 'command');
  register('slackActions', 'slack/actions', 'action');
}

async function respond(
  { receiveSlack, services }: App,
  kind: Kind,
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  if (receiveSlack === undefined)
    return problemResponse(problem('CHAT_NOT_CONFIGURED', 'Slack is not configured.'));
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY)
    return problemResponse(problem('BODY_TOO_LARGE', `The body is larger than ${MAX_BODY / 1024} KiB.`));
  const body = new Uint8Array(await request.arrayBuffer());
  const log = logTo(context);
  const forged = async (reason: string) => {
    await recordForgery(services, log, 'slack', { code: 'BAD_SIGNATURE', reason });
    return problemResponse(
      problem('BAD_SIGNATURE', 'Slack did not send this.', { cause: `It has ${reason}.` }),
    );
  };
  try {
    const received = receiveSlack(kind, { body, headers: request.headers }, services.wallClock());
    if (received.state === 'forged') return await forged(received.forgery);
    if (received.state === 'ignored') return { status: 200 };
    if (!(await services.store.chat.noteRequest(received.digest, received.expiresAt)))
      return await forged('a signature that was used before');
    await startChat(df.getClient(context), received.request);
    return acknowledged(kind, 'Working on it.');
  } catch (error) {
    if (!isUnavailable(error)) log('error', { event: 'request.failed', message: errorText(error) });
    // Slack shows the text of a successful response only.
    return acknowledged('command', 'Matcha cannot work now. Try again in a moment.');
  }
}

/** The answer of a command is seen by the person only; that of a button is not shown. */
const acknowledged = (kind: Kind, text: string): HttpResponseInit =>
  kind === 'action' ? { status: 200 } : { status: 200, jsonBody: { response_type: 'ephemeral', text } };

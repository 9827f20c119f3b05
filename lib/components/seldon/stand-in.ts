import { isRecord, ok, route } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInServer } from '../stand-in.ts';
import { runOperator } from './stand-in-operator.ts';

const review = (uid: unknown, response: object) =>
  ok({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    response: { uid: uid ?? '', ...response },
  });

function validate({ request, body }: RoutedRequest) {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    const message = `contentType=${request.headers['content-type'] ?? ''}, expected application/json`;
    return review('', { allowed: false, status: { metadata: {}, message, code: 400 } });
  }
  const admission = body['request'];
  return review(isRecord(admission) ? admission['uid'] : '', { allowed: true });
}

const WEBHOOK: Route[] = [['POST', /^\/validate-machinelearning-seldon-io-v1-seldondeployment$/, validate]];

/** The webhook of the Seldon Core operator, which speaks TLS only. */
const operator: StandInServer = {
  image: /seldon-core-operator/,
  seconds: { pull: 9, start: 8 },
  port: ({ ports = [] }) => ports.find(({ name }) => name === 'webhook-server')?.containerPort ?? 443,
  answer(request, app) {
    if (request.scheme !== 'https') {
      return {
        status: 400,
        headers: { 'content-type': 'text/plain' },
        body: 'Client sent an HTTP request to an HTTPS server.\n',
      };
    }
    return route(WEBHOOK, request, app, {
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: '404 page not found\n',
    });
  },
};

const MODEL_SERVER: Route[] = [
  ['GET', /^\/(?:ready|live)$/, () => ok('ready')],
  ['GET', /^\/v2\/health\/(?:ready|live)$/, () => ok({})],
];

/** A model behind Seldon's executor: only whether it is there. */
const modelServer: StandInServer = {
  image: /seldonio\/mlserver/,
  seconds: { pull: 55, start: 15 },
  port: () => 8000,
  answer: (request, app) => route(MODEL_SERVER, request, app, ok({ error: 'Not Found' }, 404)),
};

export const servers = [operator, modelServer];
export const controllers = [runOperator];

import { listAt } from '../canary.ts';
import { isRecord, ok, route } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInServer } from '../stand-in.ts';
import { initializer } from './stand-in-initializer.ts';
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

/** The webhook of the Seldon Core operator, which accepts only TLS. */
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
  ['POST', /^\/v2\/models\/(?<model>[^/]+)\/infer$/, infer],
];

/** The class 0 for each row of the first input, in the form of the Open Inference Protocol. */
function infer({ body, params: { model = '' } }: RoutedRequest) {
  const [input] = listAt(body, 'inputs');
  const [rows, columns] = listAt(input, 'shape');
  const size = listAt(input, 'data').length;
  if (typeof rows !== 'number' || rows * Number(columns) !== size)
    return ok({ error: `cannot reshape array of size ${String(size)}` }, 400);
  const output = { name: 'predict', shape: [rows, 1], datatype: 'INT64', data: Array<number>(rows).fill(0) };
  return ok({ model_name: model, id: crypto.randomUUID(), parameters: {}, outputs: [output] });
}

/** A model behind Seldon's executor: its health, and its predictions. */
const modelServer: StandInServer = {
  image: /seldonio\/mlserver/,
  seconds: { pull: 55, start: 15 },
  port: () => 8000,
  answer: (request, app) => route(MODEL_SERVER, request, app, ok({ error: 'Not Found' }, 404)),
};

export const servers = [operator, modelServer];
export const programs = [initializer];
export const controllers = [runOperator];

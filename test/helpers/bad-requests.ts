import fc from 'fast-check';
import { BASE_PATH, operationIds, routes, type Route } from '../../lib/api/routes.ts';
import { hostileKey, hostileText } from './hostile.ts';
import type { RawRequest } from './raw-request.ts';

export interface BadRequest extends RawRequest {
  /** What is wrong with it. */
  wrong: string;
}

/** A request of a route with one part that is wrong. None for a route that does not have the part. */
type Wrong = (route: Route, good: RawRequest) => fc.Arbitrary<RawRequest>[];

const all: readonly Route[] = operationIds.map((id) => routes[id]);

/** A part of a URL, as encoded as it has to be. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** What clients can send in a header. */
const isHeader = (text: string): boolean => /^[\t -~\u0080-\u00ff]*$/.test(text);

/** What clients can send in a path without encoding it. `#` ends a path. */
const isRaw = (text: string): boolean => /^[!-~]+$/.test(text) && !text.includes('#');

const LIMIT = 64 * 1024;

const nested = (open: string, close: string): fc.Arbitrary<string> =>
  fc.constantFrom(10, 1000, 10_000).map((depth) => open.repeat(depth) + '0' + close.repeat(depth));

/** JSON texts, and others, that may be bodies of any schema or none. */
const anyBody = (fields: readonly string[]): fc.Arbitrary<string | Uint8Array> =>
  fc.oneof(
    fc.json(),
    nested('[', ']'),
    nested('{"a":', '}'),
    fc.tuple(fc.json(), fc.nat({ max: 30 })).map(([text, cut]) => text.slice(0, -1 - cut)),
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.constant(`"${'x'.repeat(LIMIT)}"`),
    fc
      .tuple(fc.oneof(hostileKey, fc.constantFrom(...fields)), fc.oneof(fc.json(), nested('[', ']')))
      .map(([key, value]) => `{${JSON.stringify(key)}:${value}}`),
    fc
      .tuple(fc.constantFrom(...fields), hostileKey, fc.json())
      .map(([field, key, value]) => `{"${field}":{${JSON.stringify(key)}:${value}}}`),
  );

function isAccepted({ body }: Route, bytes: string | Uint8Array): boolean {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
  if (text.trim() === '') return true;
  try {
    return body?.safeParse(JSON.parse(text)).success === true;
  } catch {
    return false;
  }
}

/** The methods that a function can have. The requests of the SDK cannot have TRACE. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

const PARTS: Record<string, Wrong> = {
  path: ({ path, method, params }, good) =>
    Object.keys(params?.shape ?? {}).map((name) =>
      fc
        .tuple(
          hostileText.filter((text) => text !== ''),
          fc.boolean(),
        )
        .map(([text, raw]) => ({
          ...good,
          method,
          path: good.path.replace(
            pathOf(path, {}),
            pathOf(path, { [name]: raw && isRaw(text) ? text : encoded(text) }),
          ),
        })),
    ),
  query: ({ query }, good) => {
    if (query === undefined) return [];
    const known = Object.keys(query.shape);
    return [
      fc
        .tuple(fc.oneof(hostileKey, fc.constantFrom(...known)), hostileText)
        // The schema takes any text for a token, and the store none of these.
        .filter(([name, text]) => name === 'continuationToken' || !query.safeParse(own(name, text)).success)
        .map(([name, text]) => ({ ...good, path: `${good.path}?${encoded(name)}=${encoded(text)}` })),
    ];
  },
  headers: ({ headers }, good) => {
    const known = Object.keys(headers?.shape ?? {});
    return known.map((name) =>
      fc
        .oneof(hostileText, fc.constantFrom('"stale"', 'W/"stale"', '"a", "b"'))
        .filter((text) => isHeader(text))
        .filter((text) => name === 'if-match' || !headers?.safeParse(own(name, text.trim())).success)
        .map((text) => ({ ...good, headers: { ...good.headers, [name]: text } })),
    );
  },
  body: (route, good) =>
    route.body === undefined
      ? []
      : [
          anyBody(Object.keys(route.body.shape))
            .filter((body) => !isAccepted(route, body))
            .map((body) => ({ ...good, body })),
        ],
  method: ({ path }, good) => {
    const known: string[] = all.filter((other) => other.path === path).map(({ method }) => method);
    const unknown = METHODS.filter((method) => !known.includes(method));
    return [fc.constantFrom(...unknown).map((method) => ({ ...good, method }))];
  },
  host: (_, good) => [
    fc
      .oneof(
        fc.constantFrom('evil.example', 'localhost:1', '169.254.169.254', '[::1]:1', '', ':'),
        hostileText,
      )
      .filter((text) => isHeader(text))
      .map((host) => ({ ...good, headers: { ...good.headers, host } })),
  ],
};

/** An object with a property of any name, `__proto__` included. */
const own = (name: string, value: string): object => Object.fromEntries([[name, value]]);

const pathOf = (path: string, params: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (all, name: string) => params[name] ?? all);

/** What proxies and clients send too. */
const noise: fc.Arbitrary<Record<string, string>> = fc.constantFrom(
  {},
  { 'content-type': 'text/xml' },
  { 'content-type': 'multipart/form-data' },
  { accept: 'x/y' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-original-url': '/api/v1/stacks' },
  { cookie: '__proto__=1' },
  { 'if-none-match': '*' },
  { range: 'bytes=0-0' },
  { authorization: 'Basic eDp5' },
);

/** Requests of every route, each with one wrong part. `values` are those of the parameters in paths. */
export const badRequest = (values: Readonly<Record<string, string>>): fc.Arbitrary<BadRequest> =>
  fc
    .constantFrom(...all)
    .chain((route) => {
      const path = BASE_PATH + route.path;
      const good: RawRequest = {
        method: route.method,
        path,
        ...(route.body !== undefined && { body: '{}' }),
      };
      const wrong = Object.entries(PARTS).flatMap(([part, wrongOf]) =>
        wrongOf(route, good).map((request) => request.map((made) => ({ ...made, wrong: part }))),
      );
      return fc.tuple(fc.oneof(...wrong), noise);
    })
    .map(([request, headers]) => ({
      ...request,
      path: pathOf(request.path, values),
      headers: { ...headers, ...request.headers },
    }));

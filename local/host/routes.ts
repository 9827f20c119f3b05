/** A route template, such as `stacks/{name}/{view?}` or `files/{*path}`, and its target. */
export interface Route<T> {
  template: string;
  methods: string[];
  target: T;
}

export interface RouteMatch<T> {
  target: T;
  params: Record<string, string>;
}

interface Segment {
  kind: 'literal' | 'parameter' | 'catchAll';
  /** The text of a literal, or the name of a parameter. */
  name: string;
  optional: boolean;
  constraint?: RegExp;
}

const CONSTRAINTS: Record<string, RegExp> = {
  int: /^-?\d+$/,
  long: /^-?\d+$/,
  alpha: /^[a-z]+$/i,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
};

/**
 * Creates a function that finds the route of a request. The precedence per segment is that of ASP.NET Core: literals,
 * constrained parameters, plain parameters, catch-alls.
 */
export function createRouter<T>(
  routes: Route<T>[],
): (method: string, path: string) => RouteMatch<T> | undefined {
  const compiled = routes
    .map((route) => ({ ...route, segments: split(route.template).map(parseSegment) }))
    .map((route) => ({ ...route, precedence: route.segments.map(precedence).join('') }))
    .sort((a, b) => (a.precedence < b.precedence ? -1 : 1));
  return (method, path) => {
    const parts = split(path).map(decode);
    for (const { segments, methods, target } of compiled) {
      const params = methods.includes(method) ? match(segments, parts) : undefined;
      if (params !== undefined) return { target, params };
    }
    return undefined;
  };
}

const split = (path: string): string[] => path.split('/').filter((part) => part !== '');

/**
 * A decoded segment. What is not UTF-8 stays encoded, as in Kestrel, the server of the Functions host
 * (github.com/aspnet/HttpAbstractions/pull/448).
 */
const decode = (segment: string): string =>
  segment.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });

function parseSegment(text: string): Segment {
  const parameter = /^\{(\*{0,2})([\w-]+)(?::(\w+))?(\?)?\}$/.exec(text);
  if (parameter === null) {
    if (/[{}]/.test(text)) throw new Error(`The route segment '${text}' is not supported by the local host.`);
    return { kind: 'literal', name: text.toLowerCase(), optional: false };
  }
  const [, stars, name = '', constraintName, optional] = parameter;
  const constraint = constraintName === undefined ? undefined : CONSTRAINTS[constraintName];
  if (constraintName !== undefined && constraint === undefined)
    throw new Error(`The route constraint '${constraintName}' is not supported by the local host.`);
  return {
    kind: stars === '' ? 'parameter' : 'catchAll',
    name,
    optional: optional !== undefined,
    ...(constraint && { constraint }),
  };
}

const precedence = ({ kind, constraint }: Segment): string =>
  ({ literal: '1', parameter: constraint ? '2' : '3', catchAll: '4' })[kind];

function match(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'catchAll') return { ...params, [segment.name]: parts.slice(index).join('/') };
    const part = parts[index];
    if (part === undefined) return segment.optional ? params : undefined;
    if (segment.kind === 'literal' && part.toLowerCase() !== segment.name) return undefined;
    if (segment.constraint?.test(part) === false) return undefined;
    if (segment.kind === 'parameter') params[segment.name] = part;
  }
  return parts.length <= segments.length ? params : undefined;
}

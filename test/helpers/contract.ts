import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../lib/api/openapi.ts';
import { BASE_PATH } from '../../lib/api/routes.ts';
import type { SentResponse } from '../../local/host/index.ts';

const document = openApiDocument('test');
// The parser of requests checks networks; ajv does not know these formats.
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { cidrv4: true, cidrv6: true } });
addFormats.default(ajv);
ajv.addSchema(document, 'openapi');

const paths = Object.keys(document['paths'] as object).map((path) => ({
  path,
  pattern: new RegExp(`^${BASE_PATH}${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

let violations: string[] = [];

/** What was wrong with the responses since the last call. */
export function takeViolations(): string[] {
  const taken = violations;
  violations = [];
  return taken;
}

/** Validates a response against the OpenAPI document. Violations fail the test file at its end. */
export function checkResponse({ method, path, status, contentType, body }: SentResponse): void {
  // As the host reads it: with `..` resolved, and without a slash at the end.
  const pathname = new URL(path, 'http://localhost').pathname.replace(/\/+$/, '');
  if (!pathname.startsWith(BASE_PATH)) return;
  const where = `${method} ${path} ${status}`;
  const known = paths.find(({ pattern }) => pattern.test(pathname));
  const operation = known && `/paths/${pointer(known.path)}/${method.toLowerCase()}`;
  const media = contentType.split(';')[0] ?? '';
  const schema =
    operation === undefined || !has(operation)
      ? '/components/schemas/Problem'
      : `${operation}/responses/${has(`${operation}/responses/${status}`) ? status : 'default'}/content/${pointer(media)}/schema`;
  // ajv caches the compiled schema by name.
  const validate = has(schema) ? ajv.getSchema(`openapi#${schema}`) : undefined;
  if (validate === undefined) violations.push(`${where}: ${media} is not in the document`);
  else if (!validate(JSON.parse(body))) violations.push(`${where}: ${ajv.errorsText(validate.errors)}`);
}

const pointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** Whether the JSON pointer exists in the document. */
function has(path: string): boolean {
  const parts = path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let found: unknown = document;
  for (const part of parts) {
    if (typeof found !== 'object' || found === null || !(part in found)) return false;
    found = (found as Record<string, unknown>)[part];
  }
  return true;
}

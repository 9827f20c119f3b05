import { apiVersionOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { isRecord, recordAt } from './objects.ts';
import type { JsonRecord } from './objects.ts';
import { checkSchema } from './schema.ts';
import { ApiError, badRequest } from './status.ts';
import { notBase64 } from './validate.ts';

/** How to handle unknown fields: the `fieldValidation` parameter, or `Apply`, which always validates the schema. */
export type Decoding = 'Strict' | 'Warn' | 'Ignore' | 'Apply';

/**
 * Decodes the body as an object of the kind, without unknown fields.
 * @throws ApiError 400 for another kind, a wrong type or, in strict mode, an unknown field; 500 for an apply patch that
 * does not match the schema, as from the real API server (kubernetes/kubernetes#122480).
 */
export function decode(kind: Kind, body: unknown, decoding: Decoding): JsonRecord {
  if (!isRecord(body)) throw badRequest('the request body is not a JSON object');
  const { apiVersion = apiVersionOf(kind), kind: sentKind = kind.kind } = body;
  if (apiVersion !== apiVersionOf(kind) || sentKind !== kind.kind) {
    const [sent, expected] = [
      `${String(apiVersion)}, Kind=${String(sentKind)}`,
      `${apiVersionOf(kind)}, Kind=${kind.kind}`,
    ];
    throw badRequest(
      `the API version in the data (${sent}) does not match the expected API version (${expected})`,
    );
  }
  const { pruned, unknownFields, wrongTypes } = checkSchema(kind, body);
  const [wrong] = wrongTypes;
  if (decoding === 'Apply') {
    const problems = [
      ...unknownFields.map((path) => `.${path}: field not declared in schema`),
      ...wrongTypes.map(({ path, expected, actual }) => `.${path}: expected ${expected}, got ${actual}`),
    ];
    if (problems.length > 0) throw applySchemaError(kind, body, problems);
  }
  const described = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`;
  if (wrong) {
    throw badRequest(
      `${described}: json: cannot unmarshal ${wrong.actual} into Go struct field ${kind.kind}.${wrong.path} of type ${wrong.expected}`,
    );
  }
  if (decoding === 'Strict' && unknownFields.length > 0) {
    throw badRequest(
      `${described}: strict decoding error: ${unknownFields.map((path) => `unknown field "${path}"`).join(', ')}`,
    );
  }
  const isSecret = kind.group === '' && kind.kind === 'Secret';
  if (isSecret && notBase64(body['data']) !== undefined) {
    throw badRequest(`${described}: illegal base64 data at input byte 0`);
  }
  return pruned;
}

function applySchemaError({ group, version, kind }: Kind, body: JsonRecord, problems: string[]): ApiError {
  const { namespace = '', name = '' } = recordAt(body, 'metadata');
  const subject = `${String(namespace)}/${String(name)}; ${group}/${version}, Kind=${kind}`;
  const list =
    problems.length === 1
      ? (problems[0] ?? '')
      : `errors:\n${problems.map((line) => `  ${line}`).join('\n')}`;
  return new ApiError(500, undefined, `failed to create typed patch object (${subject}): ${list}`);
}

import { apiVersionOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { isRecord } from './objects.ts';
import type { JsonRecord } from './objects.ts';
import { applySchemaError } from './apply-errors.ts';
import { QUANTITY_RULE } from './quantities.ts';
import { checkSchema } from './schema.ts';
import { badRequest } from './status.ts';
import { notBase64 } from './validate.ts';

/** How to handle unknown fields: the `fieldValidation` parameter, or `Apply`, which always validates the schema. */
export type Decoding = 'Strict' | 'Warn' | 'Ignore' | 'Apply';

/**
 * Decodes the body as an object of the kind, without unknown fields. Warns of them, if told so.
 * @throws ApiError 400 for another kind, a wrong type, a bad quantity or, in strict mode, an unknown field; 500 for an
 * apply patch that does not match the schema.
 */
export function decode(
  kind: Kind,
  body: unknown,
  decoding: Decoding,
  warn: (text: string) => void,
): JsonRecord {
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
  const findings = checkSchema(kind, body);
  if (decoding === 'Apply') {
    const error = applySchemaError(kind, body, findings);
    if (error) throw error;
  }
  const { pruned, unknownFields, wrongTypes, badQuantities } = findings;
  const [wrong] = wrongTypes;
  const described = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`;
  if (wrong) {
    const actual = Array.isArray(wrong.value) ? 'array' : typeof wrong.value;
    throw badRequest(
      `${described}: json: cannot unmarshal ${actual} into Go struct field ${kind.kind}.${wrong.path} of type ${wrong.expected}`,
    );
  }
  if (badQuantities.length > 0) throw badRequest(`${described}: ${QUANTITY_RULE}`);
  const unknown = unknownFields.map(({ path }) => `unknown field "${path}"`);
  if (decoding === 'Strict' && unknown.length > 0)
    throw badRequest(`${described}: strict decoding error: ${unknown.join(', ')}`);
  if (decoding === 'Warn') unknown.forEach(warn);
  const isSecret = kind.group === '' && kind.kind === 'Secret';
  if (isSecret && notBase64(body['data']) !== undefined) {
    throw badRequest(`${described}: illegal base64 data at input byte 0`);
  }
  return pruned;
}

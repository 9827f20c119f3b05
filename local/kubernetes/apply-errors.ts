import { isRecord, recordAt } from './objects.ts';
import type { JsonRecord } from './objects.ts';
import type { Kind } from './kinds.ts';
import { QUANTITY_RULE } from './quantities.ts';
import type { SchemaFindings } from './schema.ts';
import { ApiError } from './status.ts';

/**
 * The error for an apply patch that does not match the schema; undefined if it does. The API server answers with 500
 * and no reason (kubernetes/kubernetes#122480).
 */
export function applySchemaError(
  kind: Kind,
  body: JsonRecord,
  findings: SchemaFindings,
): ApiError | undefined {
  const { namespace = '', name = '' } = recordAt(body, 'metadata');
  const { group, version } = kind;
  const type = `${group}/${version}, Kind=${kind.kind}`;
  const subject = `(${String(namespace)}/${String(name)}; ${type})`;
  const problems = problemsOf(findings);
  if (problems.length > 0) {
    const list = problems.length === 1 ? problems.join('') : `errors:\n  ${problems.join('\n  ')}`;
    return new ApiError(500, undefined, `failed to create typed patch object ${subject}: ${list}`);
  }
  if (findings.badQuantities.length === 0) return undefined;
  const why = `unable to convert unstructured object to ${type}: ${QUANTITY_RULE}`;
  return new ApiError(500, undefined, `failed to convert new object ${subject} to proper version: ${why}`);
}

function problemsOf({ unknownFields, wrongTypes, duplicates }: SchemaFindings): string[] {
  // The real server reports one unknown field of each object, which one is random.
  const first = unknownFields.filter(
    ({ parent }, index) => unknownFields.findIndex((other) => other.parent === parent) === index,
  );
  return [
    ...first.map(({ keyedPath }) => `${keyedPath}: field not declared in schema`),
    ...wrongTypes.map(({ keyedPath, expected, value }) => `${keyedPath}: ${expectation(expected, value)}`),
    ...duplicates.map(({ keyedPath, key }) => `${keyedPath}: duplicate entries for key ${key}`),
  ];
}

/** The messages contain values and types in the notation of Go. */
function expectation(expected: string, value: unknown): string {
  if (expected === 'number') return `expected numeric (int or float), got ${goType(value)}`;
  if (expected === 'string')
    return `expected string, got &value.valueUnstructured{Value:${goLiteral(value)}}`;
  return `expected ${expected}, got &{${goText(value)}}`;
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isRecord(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goLiteral(value: unknown): string {
  const items = Array.isArray(value)
    ? value.map(goLiteral)
    : isRecord(value) &&
      Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${goLiteral(item)}`);
  return items ? `${goType(value)}{${items.join(', ')}}` : JSON.stringify(value);
}

function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isRecord(value)) return String(value);
  return `map[${Object.entries(value)
    .map(([key, item]) => `${key}:${goText(item)}`)
    .join(' ')}]`;
}

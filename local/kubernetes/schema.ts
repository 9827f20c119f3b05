import * as client from '@kubernetes/client-node';
import type { Kind } from './kinds.ts';
import { isRecord } from './objects.ts';
import type { JsonRecord } from './objects.ts';

interface Attribute {
  baseName: string;
  type: string;
}

interface Model {
  getAttributeTypeMap(): Attribute[];
}

const MODELS = client as unknown as Record<string, Partial<Model> | undefined>;
const attributesOf = (type: string): Attribute[] | undefined => MODELS[type]?.getAttributeTypeMap?.();

/** Types that allow any value. */
const OPEN_TYPES = ['any', 'object', 'RuntimeRawExtension', 'V1JSONSchemaProps', 'V1FieldsV1'];

const PLAIN_TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  IntOrString: (value) => typeof value === 'string' || Number.isInteger(value),
  Date: (value) => typeof value === 'string',
  V1MicroTime: (value) => typeof value === 'string',
};

/** Violations of the schema of a kind, by path. */
export interface SchemaFindings {
  /** The object without its unknown fields. */
  pruned: JsonRecord;
  unknownFields: string[];
  wrongTypes: { path: string; expected: string; actual: string }[];
}

/** Checks an object against the schema of its kind. Custom resources are not checked. */
export function checkSchema({ model }: Kind, object: JsonRecord): SchemaFindings {
  const findings: SchemaFindings = { pruned: object, unknownFields: [], wrongTypes: [] };
  if (model && attributesOf(model)) findings.pruned = walk(object, model, '', findings) as JsonRecord;
  return findings;
}

function walk(value: unknown, type: string, path: string, findings: SchemaFindings): unknown {
  if (value === null || OPEN_TYPES.includes(type)) return value;
  const mistyped = (expected: string) => {
    const actual = Array.isArray(value) ? 'array' : typeof value;
    findings.wrongTypes.push({ path, expected, actual });
    return value;
  };
  const itemType = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (itemType) {
    if (!Array.isArray(value)) return mistyped('array');
    return value.map((item, index) => walk(item, itemType, `${path}[${String(index)}]`, findings));
  }
  const memberType = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const attributes = memberType ? undefined : attributesOf(type);
  if (memberType || attributes) {
    if (!isRecord(value)) return mistyped('object');
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => {
        const at = path ? `${path}.${name}` : name;
        const known = memberType ?? attributes?.find(({ baseName }) => baseName === name)?.type;
        if (known) return [[name, walk(member, quantityOr(known, at), at, findings)]];
        findings.unknownFields.push(at);
        return [];
      }),
    );
  }
  const isType = PLAIN_TYPES[type];
  return !isType || isType(value) ? value : mistyped(type);
}

/** Quantities are strings in the model, but the API server also accepts numbers. */
const quantityOr = (type: string, path: string) =>
  type === 'string' && /\b(?:limits|requests|hard|capacity)\.[^.]+$|\.sizeLimit$/.test(path)
    ? 'IntOrString'
    : type;

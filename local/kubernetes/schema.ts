import * as client from '@kubernetes/client-node';
import { itemSegment, readablePath } from './field-paths.ts';
import type { Kind } from './kinds.ts';
import { isRecord } from './objects.ts';
import type { JsonRecord } from './objects.ts';
import { parseQuantity } from './quantities.ts';

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

/** The API server accepts numbers, too. Quantities are strings in the model. */
const QUANTITY = 'Quantity';

const PLAIN_TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  IntOrString: (value) => typeof value === 'string' || Number.isInteger(value),
  [QUANTITY]: (value) => typeof value === 'string' || typeof value === 'number',
  Date: (value) => typeof value === 'string',
  V1MicroTime: (value) => typeof value === 'string',
};

/** A field, with the path in the messages of decoders, and that of server-side apply, which has the keys of items. */
interface Place {
  path: string;
  keyedPath: string;
}

/** Violations of the schema of a kind. */
export interface SchemaFindings {
  /** The object without its unknown fields. */
  pruned: JsonRecord;
  unknownFields: (Place & { parent: string })[];
  wrongTypes: (Place & { expected: string; value: unknown })[];
  badQuantities: Place[];
  /** Items of a list with the same keys. */
  duplicates: (Place & { key: string })[];
}

/** Checks an object against the schema of its kind. Custom resources are not checked. */
export function checkSchema({ model }: Kind, object: JsonRecord): SchemaFindings {
  const findings: SchemaFindings = {
    pruned: object,
    unknownFields: [],
    wrongTypes: [],
    badQuantities: [],
    duplicates: [],
  };
  const root = { path: '', keyedPath: '' };
  if (model && attributesOf(model)) findings.pruned = walk(object, model, root, '', findings) as JsonRecord;
  return findings;
}

const memberOf = ({ path, keyedPath }: Place, name: string): Place => ({
  path: path ? `${path}.${name}` : name,
  keyedPath: `${keyedPath}.${name}`,
});

function walk(value: unknown, type: string, place: Place, field: string, findings: SchemaFindings): unknown {
  if (value === null || OPEN_TYPES.includes(type)) return value;
  const mistyped = (expected: string) => {
    findings.wrongTypes.push({ ...place, expected, value });
    return value;
  };
  const itemType = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (itemType)
    return Array.isArray(value) ? walkItems(value, itemType, place, field, findings) : mistyped('list');
  const memberType = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const attributes = memberType ? undefined : attributesOf(type);
  if (memberType || attributes) {
    if (!isRecord(value)) return mistyped('map');
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => {
        const at = memberOf(place, name);
        const known = memberType ?? attributes?.find(({ baseName }) => baseName === name)?.type;
        if (known) return [[name, walk(member, quantityOr(known, at.path), at, name, findings)]];
        findings.unknownFields.push({ ...at, parent: place.keyedPath });
        return [];
      }),
    );
  }
  if (type === QUANTITY && typeof value === 'string' && parseQuantity(value) === undefined)
    findings.badQuantities.push(place);
  const isType = PLAIN_TYPES[type];
  return !isType || isType(value) ? value : mistyped(type);
}

function walkItems(list: unknown[], type: string, place: Place, field: string, findings: SchemaFindings) {
  const keys = list.map((item) => {
    const segment = itemSegment(field, item);
    return segment === undefined ? undefined : readablePath(segment);
  });
  const repeated = keys.find((key, index) => key !== undefined && keys.indexOf(key) < index);
  if (repeated !== undefined) findings.duplicates.push({ ...place, key: repeated });
  return list.map((item, index) => {
    const path = `${place.path}[${String(index)}]`;
    const keyedPath = `${place.keyedPath}${keys[index] ?? `[${String(index)}]`}`;
    return walk(item, type, { path, keyedPath }, '', findings);
  });
}

const quantityOr = (type: string, path: string) =>
  type === 'string' && /\b(?:limits|requests|hard|capacity)\.[^.]+$|\.sizeLimit$/.test(path)
    ? QUANTITY
    : type;

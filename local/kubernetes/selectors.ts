import type { ApiObject, LabelSelector } from './objects.ts';
import { badRequest } from './status.ts';

type Labels = Record<string, string>;
type Test = (labels: Labels) => boolean;

const SYNTAX: [pattern: RegExp, test: (key: string, value: string) => Test][] = [
  [
    /^(?<key>[^\s!=]+)\s+in\s+\((?<value>[^)]*)\)$/,
    (key, value) => (labels) => listOf(value).includes(labels[key] ?? '\0'),
  ],
  [
    /^(?<key>[^\s!=]+)\s+notin\s+\((?<value>[^)]*)\)$/,
    (key, value) => (labels) => !listOf(value).includes(labels[key] ?? '\0'),
  ],
  [/^(?<key>[^\s!=]+)\s*!=\s*(?<value>[^\s=]*)$/, (key, value) => (labels) => labels[key] !== value],
  [/^(?<key>[^\s!=]+)\s*==?\s*(?<value>[^\s=]*)$/, (key, value) => (labels) => labels[key] === value],
  [/^!\s*(?<key>[^\s!=]+)$/, (key) => (labels) => !(key in labels)],
  [/^(?<key>[^\s!=]+)$/, (key) => (labels) => key in labels],
];

const listOf = (text: string) => text.split(',').map((item) => item.trim());

/**
 * Parses the label selector of a query: equality-based and set-based requirements, separated by commas.
 * @throws ApiError 400 if it is invalid.
 */
export function labelSelector(text: string): (object: ApiObject) => boolean {
  const terms = text.match(/(?:\([^)]*\)|[^,(])+/g) ?? [];
  const tests = terms.map((term) => {
    for (const [pattern, test] of SYNTAX) {
      const { key, value = '' } = pattern.exec(term.trim())?.groups ?? {};
      if (key !== undefined) return test(key, value);
    }
    throw badRequest(`unable to parse requirement: found '${term.trim()}', expected: identifier`);
  });
  return ({ metadata: { labels = {} } }) => tests.every((test) => test(labels));
}

const FIELDS: Record<string, (object: ApiObject) => string> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
  /** Of events. */
  type: ({ type }) => (typeof type === 'string' ? type : ''),
};

/**
 * Parses the field selector of a query. Only names, namespaces and the type of events are supported.
 * @throws ApiError 400 for another field.
 */
export function fieldSelector(text: string): (object: ApiObject) => boolean {
  const tests = text
    .split(',')
    .filter(Boolean)
    .map((term) => {
      const {
        field = '',
        operator,
        value,
      } = /^(?<field>[^!=]+)(?<operator>!=|==?)(?<value>.*)$/.exec(term)?.groups ?? {};
      const read = FIELDS[field];
      if (!read) throw badRequest(`field label not supported: ${field || term}`);
      return (object: ApiObject) => (read(object) === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}

const OPERATORS: Record<string, (value: string | undefined, values: string[]) => boolean> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

/** Whether a workload's selector matches the labels; an empty selector matches everything. */
export const matchesSelector = (selector: LabelSelector | undefined, labels: Labels = {}): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(
    ({ key, operator, values = [] }) => OPERATORS[operator]?.(labels[key], values) ?? false,
  );

/** Whether the selector of a Service matches the labels; an empty selector matches nothing. */
export const matchesLabels = (selector: Labels | undefined, labels: Labels = {}): boolean =>
  Object.keys(selector ?? {}).length > 0 &&
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

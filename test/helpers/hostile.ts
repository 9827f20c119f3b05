import fc from 'fast-check';

/** Names that every object has already. */
const OF_PROTOTYPES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

const PATHS = [
  '.',
  '..',
  '../..',
  '..\\..',
  '/etc/passwd',
  'demo/../..',
  '%2e%2e',
  '..%2f..%2fcatalogue',
  '%00',
  '%',
  '%zz',
  '%c0%ae%c0%ae',
  'demo%2fplan',
  'file:///etc/passwd',
];

const QUERIES = [
  'demo?x=1',
  'demo#x',
  'demo&all=true',
  "x' or 1 eq 1",
  '$filter',
  ';',
  '{}',
  '{{7*7}}',
  '${x}',
];

const CONTROLS = [
  '\0',
  'a\0b',
  '\r\nset-cookie: a=b',
  '\u001b[31mred',
  '\u007f',
  '\u202Eabc',
  '\uFEFF',
  '\uD800',
];

const SIZES = ['', ' ', '\t', 'x'.repeat(300), 'é'.repeat(2000)];

const NUMBERS = ['-1', '0', '1e309', 'NaN', '9007199254740993', '-0', '0x10', '1.5'];

/** Text that no name, id, number or word of Matcha is. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  ...[OF_PROTOTYPES, PATHS, QUERIES, CONTROLS, SIZES, NUMBERS].map((texts) => fc.constantFrom(...texts)),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 13, maxLength: 40 }),
);

/** The name of a field that no schema has. */
export const hostileKey: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...OF_PROTOTYPES), hostileText);

/** Lines of a stack trace, and paths of source files. */
export const STACK_TRACE = /\n\s+at |node:internal|node_modules|\.ts:\d+/;

import { expect, test } from 'vitest';
import { fieldWord } from '../../lib/chat/fields.ts';
import { parseCommand } from '../../lib/chat/parse.ts';
import { digestOf, sealCodes } from '../../lib/chat/seal.ts';

const parse = (text: string) => parseCommand(text, ['default', 'llm']);

test.each([
  ['', { do: 'help' }],
  ['help', { do: 'help' }],
  ['  LIST ', { do: 'list' }],
  ['`status demo`', { do: 'status', stack: 'demo' }],
  ['delete demo', { do: 'destroy', stack: 'demo', keepData: false }],
  ['destroy demo keep-data', { do: 'destroy', stack: 'demo', keepData: true }],
  ['cancel demo', { do: 'cancel', stack: 'demo' }],
  ['cancel demo-8f1c2a', { do: 'cancel', stack: 'demo', operation: 'demo-8f1c2a' }],
  ['provision demo', { do: 'provision', stack: 'demo', request: {} }],
  [
    'provision demo llm UKSouth',
    { do: 'provision', stack: 'demo', request: { preset: 'llm', location: 'uksouth' } },
  ],
  [
    'plan demo cluster.maxNodes=5 cluster.onShortage.do=wait cluster.onShortage.upTo=P3D lifetime.protected=false',
    {
      do: 'plan',
      stack: 'demo',
      request: {
        cluster: { maxNodes: 5, onShortage: { do: 'wait', upTo: 'P3D' } },
        lifetime: { protected: false },
      },
    },
  ],
  [
    'provision demo components=zenml,registry',
    { do: 'provision', stack: 'demo', request: { components: ['zenml', 'registry'] } },
  ],
])('%s', (text, command) => {
  expect(parse(text)).toEqual(command);
});

test.each([
  ['stauts demo', 'Did you mean `status`?'],
  ['env demo', 'There is no command `env`.'],
  ['get demo', 'There is no command `get`.'],
  ['status', '`status` needs the name of a stack'],
  ['link', '`link` needs a code'],
  ['provision demo uksuoth', 'Did you mean `uksouth`?'],
  ['destroy demo now', 'can only be followed by `keep-data`'],
  ['status demo please', '`please` is not clear'],
  ['constructor', 'There is no command'],
  ['x'.repeat(3000), 'longer than'],
])('%s is not clear', (text, said) => {
  const command = parse(text);
  expect(command).toMatchObject({ do: 'unclear' });
  expect(JSON.stringify(command)).toContain(said);
});

test.each([
  ['cluster.maxNodes=500', 'cluster.maxNodes'],
  ['colour=green', 'colour'],
  ['cluster.__proto__=x', 'cluster'],
  ['__proto__.polluted=true', 'neither a region nor a preset'],
])('provision demo %s is refused, and names the field', (word, field) => {
  expect(JSON.stringify(parse(`provision demo ${word}`))).toContain(field);
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['cluster.nodeSize', 'Standard_D4as_v5', 'cluster.nodeSize=Standard_D4as_v5'],
  [
    'access.allowFrom',
    ['203.0.113.0/24', '198.51.100.0/24'],
    'access.allowFrom=203.0.113.0/24,198.51.100.0/24',
  ],
  ['lifetime.protected', false, 'lifetime.protected=false'],
  ['tags', 'two words', undefined],
])('the field %s as a word', (path, value, word) => {
  expect(fieldWord(path, value)).toBe(word);
});

test('codes are sealed, however they are typed, and a digest is no code', () => {
  const digest = digestOf('0123456789abcdef');
  expect(sealCodes('link 0123-4567-89ab-cdef')).toBe(`link ${digest}`);
  expect(sealCodes('  LINK 0123 4567 89AB CDEF ')).toBe(`link ${digest}`);
  expect(sealCodes('confirm 0123456789abcdef')).toBe(`confirm ${digest}`);
  expect(sealCodes(`link ${digest}`)).not.toContain(digest);
  expect(sealCodes('status demo')).toBe('status demo');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSortedKeys } from '../../local/sorted-keys.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uffff'), maxLength: 4 });

test('the keys with a prefix are the same as those of a set', () => {
  fc.assert(
    fc.property(fc.array(key), fc.array(key), key, (initial, toggled, prefix) => {
      const expected = new Set(initial);
      const keys = createSortedKeys([...expected]);
      for (const each of toggled) {
        if (expected.delete(each)) keys.delete(each);
        else {
          expected.add(each);
          keys.add(each);
        }
      }
      const wanted = [...expected].filter((each) => each.startsWith(prefix));
      expect(keys.startingWith(prefix)).toEqual(wanted.sort((a, b) => (a < b ? -1 : 1)));
    }),
  );
});

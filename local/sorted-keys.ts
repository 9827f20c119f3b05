/** Sorted strings without duplicates; those with a common prefix are found by binary search. */
export interface SortedKeys {
  /** The key must not exist. */
  add(key: string): void;
  /** The key must exist. */
  delete(key: string): void;
  startingWith(prefix: string): string[];
}

export function createSortedKeys(initial: readonly string[]): SortedKeys {
  const keys = [...initial].sort((a, b) => (a < b ? -1 : 1));
  /** The index of the first key that is not before `key`. */
  const indexOf = (key: string): number => {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add: (key) => void keys.splice(indexOf(key), 0, key),
    delete: (key) => void keys.splice(indexOf(key), 1),
    startingWith(prefix) {
      const found: string[] = [];
      for (let index = indexOf(prefix); keys[index]?.startsWith(prefix) === true; index++)
        found.push(keys[index] ?? '');
      return found;
    },
  };
}

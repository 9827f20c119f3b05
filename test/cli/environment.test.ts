import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exportLines } from '../../cli/render/environment.ts';

test('a shell that evaluates the lines gets the exact values', () => {
  const values = { PLAIN: 'http://localhost:5237', ODD: `it's "$HOME" \`date\` \\n; exit 1`, EMPTY: '' };
  const print = Object.keys(values).map((name) => `printf '%s\\n' "$${name}"`);
  const printed = execFileSync('sh', ['-c', [...exportLines(values), ...print].join('\n')]).toString();
  expect(printed).toBe(
    Object.values(values)
      .map((value) => `${value}\n`)
      .join(''),
  );
});

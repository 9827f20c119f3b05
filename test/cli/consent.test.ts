import { expect, test } from 'vitest';
import { missingFlags, requireConsent, typedWith } from '../../cli/consent.ts';
import type { CliError } from '../../cli/exit.ts';
import { plain } from '../../cli/render/text.ts';

const port = { look: { width: 100, paint: plain }, print: () => undefined };
const asking = (canAsk: boolean, options = {}) => ({
  words: ['stack', 'remove', 'my tool'],
  options,
  terminal: { out: port, err: port, canAsk, canRedraw: false, rows: 24 },
});

const commandOf = ({ complaint }: CliError) => complaint.remedies?.[0]?.arguments?.['command'];

test('the typed command line is repeated as words of a shell', () => {
  expect(typedWith(asking(false), '--yes')).toBe("matcha stack remove 'my tool' --yes");
});

test('missing flags are added to the typed command, with an example for each value', () => {
  const error = missingFlags(asking(false), ['--name', '--yes'], { '--name': 'demo' });
  expect(error.message).toBe('--name, --yes must be given: nothing can be asked without a terminal.');
  expect(commandOf(error)).toBe("matcha stack remove 'my tool' --name demo --yes");
  expect(missingFlags(asking(false, { input: false }), ['--yes']).message).toContain('with --no-input');
});

test('consent needs a terminal or --yes', () => {
  expect(() => requireConsent(asking(false))).toThrow(/--yes must be given/);
  expect(() => requireConsent(asking(true))).not.toThrow();
  expect(() => requireConsent(asking(false, { yes: true }))).not.toThrow();
});

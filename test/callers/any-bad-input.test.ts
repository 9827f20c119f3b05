import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Complaint } from '../../cli/complaint.ts';
import { EXIT } from '../../cli/exit.ts';
import { problemLines } from '../../cli/render/problem.ts';
import { plain } from '../../cli/render/text.ts';
import { PROBLEM_MEDIA_TYPE } from '../../lib/api/problem.ts';
import { PROBLEMS, type Problem } from '../../lib/domain/problem.ts';
import { badCommandLine } from '../helpers/bad-command-lines.ts';
import { badRequest } from '../helpers/bad-requests.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { STACK_TRACE } from '../helpers/hostile.ts';
import { matchaHere } from '../helpers/in-process.ts';
import { sendRaw } from '../helpers/raw-request.ts';

/** A counterexample is printed with the seed and its path. */
const SEED = 20_261_122;

const RUNS = { requests: 300, commandLines: 200 };

let plane: TestPlane;
let operation: string;

beforeAll(async () => {
  plane = await startPlane({ speed: 1200 });
  operation = (await plane.provision('demo', { location: 'uksouth', components: ['mlflow'] })).id;
});
afterAll(() => plane.close());

/** Everything that a request could have changed. */
const state = async () => ({
  stacks: (await plane.api('GET', '/stacks?all=true')).body,
  events: (await plane.api('GET', '/stacks/demo/events')).body,
  azure: plane.azure.inventory(),
});

test('every bad request gets a code and a remedy, and changes nothing', async () => {
  const before = await state();
  const values = { name: 'demo', id: operation, image: 'nothere' };
  await fc.assert(
    fc.asyncProperty(badRequest(values), async ({ wrong, ...request }) => {
      const { status, contentType, body } = await sendRaw(plane.url, request);
      expect(status).toBeLessThan(500);
      // A path with `..` in it is another path, which may exist.
      if (wrong === 'path' && request.method === 'GET' && status === 200) return;
      expect(status).toBeGreaterThanOrEqual(400);
      if (request.method === 'HEAD') return;
      expect(contentType).toBe(PROBLEM_MEDIA_TYPE);
      expect(body).not.toMatch(STACK_TRACE);
      expect(body.length).toBeLessThan(2000);
      const { code, remedies } = JSON.parse(body) as Problem;
      expect(PROBLEMS).toHaveProperty(code);
      expect(remedies.length).toBeGreaterThan(0);
    }),
    { seed: SEED, numRuns: RUNS.requests },
  );
  expect(await state()).toEqual(before);
});

/** Wrong usage, a failed search, or not allowed: those that are documented for a command that did nothing. */
const EXITS = [EXIT.failed, EXIT.usage, EXIT.auth, EXIT.conflict];

test('every bad command line gets a code and a remedy, and changes nothing', async () => {
  const before = await state();
  const run = matchaHere(plane.url);
  await fc.assert(
    fc.asyncProperty(badCommandLine, async ({ words }) => {
      const { code, stdout, stderr } = await run('--json', '--no-input', ...words);
      expect(EXITS).toContain(code);
      expect(stdout).toBe('');
      expect(stderr).not.toMatch(STACK_TRACE);
      expect(stderr.length).toBeLessThan(3000);
      const complaint = JSON.parse(stderr) as Complaint;
      expect(complaint.code).toMatch(/^[A-Z_]+$/);
      expect(complaint.code).not.toBe('UNEXPECTED_ERROR');
      expect(complaint.remedies?.length).toBeGreaterThan(0);
      const shown = problemLines(complaint, { width: 80, paint: plain }).join('\n');
      for (const broken of ['undefined', '[object', '\u001b']) expect(shown).not.toContain(broken);
    }),
    { seed: SEED, numRuns: RUNS.commandLines },
  );
  expect(await state()).toEqual(before);
});

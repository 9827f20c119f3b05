import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, run } from './run.ts';

/** The imported files of the fixture. */
const TARGETS = [
  'cli/program.ts',
  'functions/index.ts',
  'lib/activities/index.ts',
  'lib/api/routes.ts',
  'lib/app.ts',
  'lib/azure/index.ts',
  'lib/commands/destroy.ts',
  'lib/domain/spec.ts',
  'lib/manifests/object.ts',
  'lib/services.ts',
  'local/embedded.ts',
  'test/helpers/embedded.ts',
];

const ALLOWED: [file: string, statement: string][] = [
  ['lib/domain/names.ts', "import './spec.ts'; import 'zod'"],
  ['lib/commands/list.ts', "import type { A } from '../azure/index.ts'; import '../domain/spec.ts'"],
  ['lib/azure/storage.ts', "import '@azure/arm-storage'; import '../domain/spec.ts'"],
  ['functions/http/stacks.ts', "import '../../lib/api/routes.ts'; import '../../lib/app.ts'"],
  ['cli/get.ts', "import '../lib/api/routes.ts'; import 'commander'; import 'node:fs'"],
  ['local/start.ts', "import '../functions/index.ts'; import 'croner'"],
  ['test/any.test.ts', "import '../local/embedded.ts'; import 'vitest'"],
];

const FORBIDDEN: [file: string, statement: string, violation: string][] = [
  ['lib/domain/package.ts', "import '@peculiar/x509'", 'not-in-allowed'],
  ['lib/domain/services.ts', "import type { A } from '../services.ts'", 'not-in-allowed'],
  ['lib/domain/node.ts', "import 'node:fs'", 'not-in-allowed'],
  ['lib/domain/up.ts', "import '../manifests/object.ts'", 'not-in-allowed'],
  ['lib/components/adapter.ts', "import type { A } from '../azure/index.ts'", 'not-in-allowed'],
  ['lib/commands/adapter.ts', "import { a } from '../azure/index.ts'", 'not-in-allowed'],
  ['lib/commands/mixed.ts', "import { a, type A } from '../azure/index.ts'", 'not-in-allowed'],
  ['lib/azure/sdk.ts', "import '@kubernetes/client-node'", 'not-in-allowed'],
  ['lib/tables/adapter.ts', "import '../azure/index.ts'", 'not-in-allowed'],
  ['lib/kubernetes/development.ts', "import 'vitest'", 'no-development-package'],
  ['lib/activities/laptop.ts', "import '../../local/embedded.ts'", 'not-in-allowed'],
  ['lib/unknown.ts', "import './domain/spec.ts'", 'not-in-allowed'],
  ['lib/unknown/index.ts', "import '../domain/spec.ts'", 'not-in-allowed'],
  ['unknown/index.ts', "import '../lib/domain/spec.ts'", 'not-in-allowed'],
  ['orchestrations/effect.ts', "import '../lib/activities/index.ts'", 'not-in-allowed'],
  ['functions/adapter.ts', "import '../lib/azure/index.ts'", 'not-in-allowed'],
  ['cli/command.ts', "import '../lib/commands/destroy.ts'", 'not-in-allowed'],
  ['cli/server-package.ts', "import '@azure/data-tables'", 'declared-package'],
  ['local/command.ts', "import '../cli/program.ts'", 'not-in-allowed'],
  ['scripts/helper.ts', "import '../test/helpers/embedded.ts'", 'not-in-allowed'],
  ['bench/helper.ts', "import '../test/helpers/embedded.ts'", 'not-in-allowed'],
  ['local/cycle.ts', "import type { A } from './cycle-back.ts'", 'no-cycle'],
  ['local/cycle-back.ts', "import type { A } from './cycle.ts'", 'no-cycle'],
  ['test/missing.ts', "import './nowhere.ts'", 'resolvable'],
];

interface Violation {
  from: string;
  rule: { name: string };
  cycle?: { name: string }[];
}

let root: string;
let violations: Map<string, string[]>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'matcha-imports-'));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const write = async (file: string, content: string) => {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), content);
  };
  await Promise.all([
    ...TARGETS.map((file) => write(file, 'export interface A {}\nexport const a = 1;\n')),
    ...[...ALLOWED, ...FORBIDDEN].map(([file, statement]) => write(file, `${statement};\n`)),
  ]);
  const copied = [
    'import-rules.js',
    'tsconfig.json',
    'package.json',
    'cli/package.json',
    'local/package.json',
  ];
  await Promise.all(copied.map((file) => cp(join(ROOT, file), join(root, file))));
  violations = await check();
});

afterAll(() => rm(root, { recursive: true }));

/** The violated rules by file of the fixture. */
async function check(): Promise<Map<string, string[]>> {
  const depcruise = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const args = [depcruise, '--config', 'import-rules.js', '--output-type', 'json', '.'];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  const found = new Map<string, string[]>();
  for (const { from, rule, cycle } of summary.violations)
    for (const file of cycle?.map(({ name }) => name) ?? [from])
      found.set(file, [...(found.get(file) ?? []), rule.name]);
  return found;
}

test.each(ALLOWED)('%s can have: %s', (file) => {
  expect(violations.get(file)).toBeUndefined();
});

test.each(FORBIDDEN)('%s cannot have: %s', (file, _, violation) => {
  expect(violations.get(file)).toContain(violation);
});

test('there are no other violations', () => {
  expect([...violations.keys()].sort()).toEqual(FORBIDDEN.map(([file]) => file).sort());
});

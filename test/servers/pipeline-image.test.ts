import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { PIPELINE_IMAGE, PIPELINE_REQUIREMENTS } from '../../lib/components/pipeline-image.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { specOf } from '../helpers/specs.ts';
import { UV } from './environments.ts';
import { pipelines, runPython } from './python.ts';

const run = promisify(execFile);
const python = inject('python');

/** The versions that the image would have, as pip resolves them for its Python on Linux; only wheels, no builds. */
async function resolve(requirements: readonly string[]): Promise<Map<string, string>> {
  const file = join(await mkdtemp(join(tmpdir(), 'matcha-requirements-')), 'requirements.in');
  await writeFile(file, requirements.map((line) => `${line}\n`).join(''));
  const { stdout } = await run(UV, [
    ...['pip', 'compile', '--quiet', '--no-annotate', '--no-header', '--only-binary', ':all:'],
    ...['--python-version', pythonOf(PIPELINE_IMAGE.files[0]?.content), '--python-platform', 'linux', file],
  ]);
  const pins = stdout.split('\n').flatMap((line) => {
    const [, name, version] = /^([\w.-]+)==(\S+)/.exec(line) ?? [];
    return name !== undefined && version !== undefined ? [[name.toLowerCase(), version] as const] : [];
  });
  return new Map(pins);
}

const pythonOf = (dockerfile = ''): string => /^FROM \S+python:([\d.]+)/.exec(dockerfile)?.[1] ?? '';

/** The flavors that a full stack registers with ZenML. */
const flavors = (): string[] => {
  const spec = { ...specOf('llm'), ...defaultCatalogue.resolve('llm', undefined) };
  const { steps } = planProvision(spec, 1, 'x1y2z', defaultCatalogue.components);
  return steps.flatMap((step) =>
    step.activity === 'registerStack'
      ? step.input.registrations.map(({ type, flavor }) => `${type}/${flavor}`)
      : [],
  );
};

describe.skipIf('skip' in python)('pipeline image', () => {
  let requirements: Record<string, string[]>;

  beforeAll(async () => {
    requirements = (await runPython(pipelines(), 'zenml_requirements.py', flavors())) as typeof requirements;
  });

  test('its packages resolve together on its Python, and keep their pins', async () => {
    const resolved = await resolve(PIPELINE_REQUIREMENTS);
    for (const requirement of PIPELINE_REQUIREMENTS) {
      const [name = '', version] = requirement.split('==');
      expect(resolved.get(name.toLowerCase())).toBe(version);
    }
  });

  test('they resolve together with what ZenML asks for the registered components', async () => {
    const asked = Object.entries(requirements).filter(([flavor]) => !OWN_CLIENT.has(flavor));
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.flatMap(([, lines]) => lines)).toContain('kubernetes>=21.7,<26');
    await resolve([...PIPELINE_REQUIREMENTS, ...asked.flatMap(([, lines]) => lines)]);
  });
});

/**
 * ZenML's Seldon integration pins kubernetes==18.20.0, and its orchestrator needs 21.7 or newer: an image that ZenML
 * builds itself cannot have both.
 */
const OWN_CLIENT = new Set(['model_deployer/seldon']);

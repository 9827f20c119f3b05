import { expect, test } from 'vitest';
import { catalogueLines } from '../../cli/render/catalogue.ts';
import { plain } from '../../cli/render/text.ts';
import { readCatalogue } from '../../lib/commands/read-catalogue.ts';
import type { Component } from '../../lib/components/component.ts';
import { disksOf } from '../../lib/components/disks.ts';
import { evidently } from '../../lib/components/evidently/index.ts';
import { createCatalogue } from '../../lib/components/catalogue.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { deployer } from '../helpers/model-deployer.ts';
import { specOf } from '../helpers/specs.ts';
import { objectsOf, outputContext } from './contexts.ts';
import { describeContract } from './component-contract.ts';
import { canaryClusterOf } from './canary-cluster.ts';

/** A component that only this test defines. */
const sample: Component = {
  ...evidently,
  name: 'sample',
  title: 'Sample',
  summary: 'Exists only in this test',
  slot: 'sample-slot',
  endpoint: { local: 9999, namespace: 'evidently', service: 'evidently', port: 8000 },
  outputs: () => ({ 'sample-slot': { url: 'http://localhost:9999' } }),
};

const catalogue = createCatalogue([...defaultCatalogue.components, sample], defaultCatalogue.presets);

const spec = { ...specOf('default'), ...catalogue.resolve(undefined, ['registry', 'zenml', 'sample']) };

test('a custom component can be requested', () => {
  expect(spec.components).toEqual(['registry', 'zenml', 'sample']);
});

test('the plan installs a custom component, then runs its canary', () => {
  const { steps } = planProvision(spec, 1, 'x1y2z', catalogue.components);
  expect(steps.filter(({ id }) => id.startsWith('sample'))).toMatchObject([
    { id: 'sample', title: 'Sample', activity: 'installComponent', usual: 45 },
    { id: 'sample-canary', activity: 'checkComponent', after: ['sample'] },
  ]);
});

test('the outputs of a stack include those of a custom component', () => {
  const outputs = catalogue.outputsOf({ ...outputContext(), spec });
  expect(outputs['sample-slot']).toEqual({ url: 'http://localhost:9999' });
});

test('the disks of a stack include those of a custom component', () => {
  expect(disksOf([sample])).toEqual([{ name: 'Sample', gib: 5 }]);
});

test('the catalogue and its text include a custom component', () => {
  const found = readCatalogue({ catalogue });
  expect(found.components).toContainEqual(
    expect.objectContaining({ name: 'sample', version: sample.version }),
  );
  const presets = Object.fromEntries(
    Object.entries(found.presets).map(([name, parts]) => [name, [...parts]]),
  );
  const look = { width: 100, paint: plain };
  const text = catalogueLines({ ...found, presets, regions: [...found.regions] }, look).join('\n');
  expect(text).toMatch(/^sample .*Sample: Exists only in this test/m);
});

test('the contract detects a canary that calls a service without a stand-in', async () => {
  const { standIn, ...workload } = sample.workload!;
  const objects = objectsOf(sample);
  const incomplete = canaryClusterOf(workload, objects, undefined);
  await expect(workload.canary(incomplete.cluster)).rejects.toThrow('status 503');
  expect(incomplete.missing).toEqual(['evidently:8000']);
  const complete = canaryClusterOf(workload, objects, await standIn?.());
  await workload.canary(complete.cluster);
  expect(complete.missing).toEqual([]);
});

describeContract(sample);
describeContract(deployer);

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
import { contractOf } from './contract.ts';
import { trialOf } from './trial.ts';

/** A tool that nothing else in this repository knows. */
const stranger: Component = {
  ...evidently,
  name: 'stranger',
  title: 'Stranger',
  summary: 'Does what nobody expects',
  slot: 'strangeness',
  endpoint: { local: 9999, namespace: 'evidently', service: 'evidently', port: 8000 },
  outputs: () => ({ strangeness: { url: 'http://localhost:9999' } }),
};

const catalogue = createCatalogue([...defaultCatalogue.components, stranger], defaultCatalogue.presets);

const spec = { ...specOf('default'), ...catalogue.resolve(undefined, ['registry', 'zenml', 'stranger']) };

test('it can be chosen', () => {
  expect(spec.components).toEqual(['registry', 'zenml', 'stranger']);
});

test('it is planned: installed, then tried', () => {
  const { steps } = planProvision(spec, 1, 'x1y2z', catalogue.components);
  expect(steps.filter(({ id }) => id.startsWith('stranger'))).toMatchObject([
    { id: 'stranger', title: 'Stranger', activity: 'installComponent', usual: 45 },
    { id: 'stranger-canary', activity: 'checkComponent', after: ['stranger'] },
  ]);
});

test('its outputs are told', () => {
  const outputs = catalogue.outputsOf({ ...outputContext(), spec });
  expect(outputs['strangeness']).toEqual({ url: 'http://localhost:9999' });
});

test('its disk is counted', () => {
  expect(disksOf([stranger])).toEqual([{ name: 'Stranger', gib: 5 }]);
});

test('the catalogue and its text have it', () => {
  const found = readCatalogue({ catalogue });
  expect(found.components).toContainEqual(
    expect.objectContaining({ name: 'stranger', version: stranger.version }),
  );
  const presets = Object.fromEntries(
    Object.entries(found.presets).map(([name, parts]) => [name, [...parts]]),
  );
  const look = { width: 100, paint: plain };
  const text = catalogueLines({ ...found, presets, regions: [...found.regions] }, look).join('\n');
  expect(text).toMatch(/^stranger .*Stranger: Does what nobody expects/m);
});

test('the contract notices a canary that calls a service without a stand-in', async () => {
  const { standIn, ...workload } = stranger.workload!;
  const objects = objectsOf(stranger);
  const alone = trialOf(workload, objects, undefined);
  await expect(workload.canary(alone.cluster)).rejects.toThrow('status 503');
  expect(alone.missing).toEqual(['evidently:8000']);
  const accompanied = trialOf(workload, objects, await standIn?.());
  await workload.canary(accompanied.cluster);
  expect(accompanied.missing).toEqual([]);
});

contractOf(stranger);
contractOf(deployer);

import { expect, test } from 'vitest';
import { nodesText, openText, upgradeText, whereText } from '../../cli/render/stack-facts.ts';

const SPEC = { nodeSize: 'Standard_D4s_v5', minNodes: 1, maxNodes: 3, onShortage: { do: 'fail' as const } };
const GPU = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1, spot: true };
const component = (name: string, title: string, version: string, slot: string) => ({
  ...{ name, title, version, slot },
  summary: '',
  dependsOn: [],
});
const catalogue = { components: [component('mlflow', 'MLflow', '3.17.0', 'experiment-tracker')] };

test('the nodes are those of Azure, with what was asked for when it differs', () => {
  const pools = [
    { name: 'sysd4asv5', nodeSize: 'Standard_D4as_v5', nodes: 2, minNodes: 1, maxNodes: 3 },
    { name: 'spotnc4ast4v', nodeSize: 'Standard_NC4as_T4_v3', nodes: 0, minNodes: 0, maxNodes: 1 },
  ];
  expect(nodesText({ ...SPEC, gpu: GPU }, { pools })).toBe(
    '2 of 1-3 x Standard_D4as_v5 (asked for Standard_D4s_v5), GPU 0 of 0-1 x Standard_NC4as_T4_v3 spot',
  );
});

test('without an answer of Azure the nodes are those of the spec', () => {
  expect(nodesText(SPEC)).toBe('1-3 x Standard_D4s_v5');
  expect(nodesText(SPEC, { pools: [] })).toBe('1-3 x Standard_D4s_v5');
});

test('public access names the networks', () => {
  expect(whereText('uksouth', { kind: 'private' })).toBe('uksouth, private');
  expect(whereText('uksouth', { kind: 'public', allowFrom: ['10.0.0.0/8', '203.0.113.0/24'] })).toBe(
    'uksouth, public for 10.0.0.0/8, 203.0.113.0/24',
  );
});

test('what can be opened has the title of the tool; localhost needs a connection', () => {
  const local = { 'experiment-tracker': { 'tracking-url': 'http://localhost:5237' } };
  expect(openText('demo', { outputs: local, catalogue })).toBe(
    'MLflow http://localhost:5237; localhost while `matcha connect demo` runs',
  );
  const open = { 'experiment-tracker': { 'tracking-url': 'https://demo.example.com' } };
  expect(openText('demo', { outputs: open, catalogue })).toBe('MLflow https://demo.example.com');
  expect(openText('demo', {})).toBeUndefined();
});

test('an upgrade is offered for tools with another version than the catalogue', () => {
  expect(upgradeText('demo', { mlflow: '3.16.0' }, { catalogue })).toBe(
    '`matcha upgrade demo`: MLflow 3.16.0 -> 3.17.0',
  );
  expect(upgradeText('demo', { mlflow: '3.17.0' }, { catalogue })).toBeUndefined();
  expect(upgradeText('demo', {}, { catalogue })).toBeUndefined();
});

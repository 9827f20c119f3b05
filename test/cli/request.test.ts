import { expect, test } from 'vitest';
import { stackRequestOf } from '../../cli/request.ts';
import { exitForStatus } from '../../cli/exit.ts';
import { stackRequest } from '../../lib/domain/spec.ts';
import { specOf } from '../helpers/specs.ts';

test('flags become a valid request', () => {
  const request = stackRequestOf({
    location: 'uksouth',
    preset: 'llm',
    nodeSize: 'Standard_D8s_v5',
    maxNodes: 5,
    gpu: 'Standard_NC4as_T4_v3',
    public: ['203.0.113.0/24'],
  });
  const parsed = stackRequest.parse(request);
  expect(parsed.cluster).toMatchObject({
    nodeSize: 'Standard_D8s_v5',
    minNodes: 1,
    maxNodes: 5,
    gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 },
  });
  expect(parsed.access).toEqual({ kind: 'public', allowFrom: ['203.0.113.0/24'] });
});

test('a request has only what flags ask for', () => {
  expect(stackRequestOf({ location: 'uksouth' })).toEqual({ location: 'uksouth' });
});

test('an existing stack keeps everything that no flag changes', () => {
  const location = 'uksouth';
  const spec = specOf('llm', { cluster: { nodeSize: 'Standard_D8s_v5' }, tags: { team: 'ml' } });
  expect(stackRequestOf({ location }, { spec })).toMatchObject({
    preset: 'llm',
    cluster: { nodeSize: 'Standard_D8s_v5', maxNodes: 3 },
    tags: { team: 'ml' },
  });
  expect(stackRequestOf({ location, preset: 'default', maxNodes: 5 }, { spec })).toMatchObject({
    preset: 'default',
    cluster: { nodeSize: 'Standard_D8s_v5', maxNodes: 5 },
  });
  const custom = { ...spec, preset: 'custom', components: ['chroma'] };
  expect(stackRequestOf({ location }, { spec: custom })).toMatchObject({ components: ['chroma'] });
});

test.each([
  [400, 2],
  [401, 4],
  [403, 4],
  [404, 1],
  [409, 5],
  [500, 1],
  [503, 1],
])('HTTP status %i ends with exit code %i', (status, exit) => {
  expect(exitForStatus(status)).toBe(exit);
});

test('flags choose what to do on a shortage', () => {
  const shortage = (flags: object) => stackRequestOf({ location: 'uksouth', ...flags }).cluster?.onShortage;
  expect(shortage({ waitForQuota: true })).toEqual({ do: 'wait' });
  expect(shortage({ waitForQuota: 'P1D' })).toEqual({ do: 'wait', upTo: 'P1D' });
  expect(shortage({ fallbackSizes: ['Standard_D4as_v5'] })).toEqual({
    do: 'fallback',
    nodeSizes: ['Standard_D4as_v5'],
  });
});

test('GPU nodes are added, scaled and removed', () => {
  const location = 'uksouth';
  const size = 'Standard_NC4as_T4_v3';
  const spec = specOf('llm', { cluster: { gpu: { nodeSize: size, maxNodes: 2 } } });
  const gpu = (flags: object, existing?: { spec: typeof spec }) =>
    stackRequestOf({ location, ...flags }, existing).cluster?.gpu;
  expect(gpu({ gpu: size, gpuMax: 3, gpuSpot: true })).toEqual({ nodeSize: size, maxNodes: 3, spot: true });
  expect(gpu({}, { spec })).toMatchObject({ nodeSize: size, maxNodes: 2 });
  expect(gpu({ gpuMax: 4 }, { spec })).toMatchObject({ nodeSize: size, maxNodes: 4 });
  expect(gpu({ gpu: false }, { spec })).toBeUndefined();
  expect(() => gpu({ gpuMax: 4 })).toThrow(/--gpu/);
});

test('a public stack becomes private again', () => {
  const spec = specOf('llm', { access: { kind: 'public', allowFrom: ['203.0.113.0/24'] } });
  expect(stackRequestOf({ location: 'uksouth', private: true }, { spec }).access).toEqual({
    kind: 'private',
  });
});

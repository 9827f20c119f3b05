import { expect, test } from 'vitest';
import { stackRequestOf } from '../../cli/request.ts';
import { exitForStatus } from '../../cli/exit.ts';
import { requestedFields, stackRequest } from '../../lib/domain/stack-request.ts';
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
  const parsed = requestedFields(undefined, stackRequest.parse(request));
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

test('the request for an existing stack has only what flags ask for, and the server keeps the rest', () => {
  const location = 'uksouth';
  const spec = specOf('llm', { cluster: { nodeSize: 'Standard_D8s_v5' }, tags: { team: 'ml' } });
  expect(stackRequestOf({ location }, { spec })).toEqual({ location });
  const request = stackRequestOf({ location, preset: 'default', maxNodes: 5 }, { spec });
  expect(request).toEqual({ location, preset: 'default', cluster: { maxNodes: 5 } });
  expect(requestedFields(spec, stackRequest.parse(request))).toMatchObject({
    cluster: { nodeSize: 'Standard_D8s_v5', maxNodes: 5 },
    tags: { team: 'ml' },
  });
});

test.each([
  [400, 2],
  [401, 4],
  [403, 4],
  [404, 1],
  [409, 5],
  [412, 5],
  [500, 1],
  [503, 1],
])('HTTP status %i ends with exit code %i', (status, exit) => {
  expect(exitForStatus(status)).toBe(exit);
});

test('shared keys are turned on and off, and stay as they are without a flag', () => {
  const storage = (flags: object) => stackRequestOf({ location: 'uksouth', ...flags }).storage;
  expect(storage({ sharedKeys: true })).toEqual({ sharedKeyAccess: true });
  expect(storage({ sharedKeys: false })).toEqual({ sharedKeyAccess: false });
  expect(storage({})).toBeUndefined();
});

test('flags choose what to do on a shortage', () => {
  const shortage = (flags: object) => stackRequestOf({ location: 'uksouth', ...flags }).cluster?.onShortage;
  expect(shortage({ waitForQuota: true })).toEqual({ do: 'wait', upTo: 'P3D' });
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
  const gpu = (flags: object, existing?: { spec: typeof spec }) => {
    const request = stackRequest.parse(stackRequestOf({ location, ...flags }, existing));
    return requestedFields(existing?.spec, request).cluster.gpu;
  };
  expect(gpu({ gpu: size })).toEqual({ nodeSize: size, maxNodes: 1, spot: false });
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

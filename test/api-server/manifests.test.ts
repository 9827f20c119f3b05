import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import { allManifests } from '../../scripts/all-manifests.ts';
import { startServer, type TestServer } from '../helpers/api-server.ts';
import { collectWarnings, productCluster } from '../helpers/product-cluster.ts';

const keyOf = ({ kind, metadata: { namespace = '', name } }: KubernetesObject) =>
  `${kind} ${namespace}/${name}`;

/** The resourceVersion and generation of each object, in one line. */
async function versionsOf({ read }: TestServer, objects: KubernetesObject[]): Promise<string[]> {
  const found = objects.map(async (object) => {
    const { apiVersion, kind, metadata } = object;
    const live = await read(apiVersion, kind, metadata.name, metadata.namespace);
    const version = `version ${live.metadata?.resourceVersion ?? ''}`;
    return `${keyOf(object)}: ${version}, generation ${live.metadata?.generation ?? ''}`;
  });
  return Promise.all(found);
}

test('a warning of the API server is noticed', async () => {
  const { endpoint, tokens, namespace } = await startServer();
  const warnings = collectWarnings();
  await productCluster(endpoint, tokens.admin).list('v1', 'Endpoints', namespace, {});
  expect(warnings).toEqual([expect.stringContaining('v1 Endpoints is deprecated')]);
});

test('every object of every preset and option is accepted without a warning, and a second time changes nothing', async () => {
  const server = await startServer();
  const cluster = productCluster(server.endpoint, server.tokens.admin);
  const warnings = collectWarnings();
  const stacks = allManifests();
  for (const { title, objects } of stacks) {
    await cluster.apply(objects);
    // Controllers write as well, so the versions around an apply may differ for a while.
    const applyAgain = async () => {
      const before = await versionsOf(server, objects);
      await cluster.apply(objects);
      const after = await versionsOf(server, objects);
      return { title, changed: after.filter((version, index) => version !== before[index]) };
    };
    await server.eventually(applyAgain, ({ changed }) => changed.length === 0);
  }
  expect(stacks).toHaveLength(12);
  expect(warnings).toEqual([]);

  const all = stacks.flatMap(({ objects }) => objects);
  const distinct = [...new Map(all.map((object) => [keyOf(object), object])).values()];
  await cluster.removeAll(distinct);
  for (const object of distinct) {
    const { apiVersion, kind, metadata } = object;
    const isGone = async () => (await cluster.read({ apiVersion, kind, ...metadata })) === undefined;
    await server.eventually(isGone, (gone) => gone);
  }
});

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createCatalogue, type Catalogue } from '../../lib/components/catalogue.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';

/** A catalogue with local ports that are free, because the fixed ones may be in use on this machine. */
export async function catalogueWithFreePorts(base = defaultCatalogue): Promise<{
  catalogue: Catalogue;
  ports: Record<string, number>;
}> {
  const ports: Record<string, number> = {};
  const components = base.components.map(async (component) => {
    const { name, endpoint } = component;
    if (endpoint === undefined) return component;
    const local = await freePort();
    ports[name] = local;
    return { ...component, endpoint: { ...endpoint, local } };
  });
  return { catalogue: createCatalogue(await Promise.all(components), base.presets), ports };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

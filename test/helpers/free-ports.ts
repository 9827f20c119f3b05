import { createCatalogue, type Catalogue } from '../../lib/components/catalogue.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { freePort } from './free-port.ts';

/** A catalogue with local ports that are free, because the fixed ones may be in use on this machine. */
export async function catalogueWithFreePorts(base = defaultCatalogue): Promise<{
  catalogue: Catalogue;
  ports: Record<string, number>;
}> {
  const ports: Record<string, number> = {};
  const components = base.components.map(async (component) => {
    const { name, endpoint, models } = component;
    if (endpoint === undefined && models === undefined) return component;
    const local = await freePort();
    ports[name] = local;
    return {
      ...component,
      ...(endpoint && { endpoint: { ...endpoint, local } }),
      ...(models && { models: { ...models, local } }),
    };
  });
  return { catalogue: createCatalogue(await Promise.all(components), base.presets), ports };
}

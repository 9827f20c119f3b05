import type { ClientLocation } from '../components/component.ts';
import { resourceNames } from '../domain/names.ts';
import { authorize } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import type { Services } from '../services.ts';
import { provisionedStack } from './get-outputs.ts';

/** The variables by which clients of a stack's tools find them, outside or in the cluster; no secrets. */
export async function getEnvironment(
  services: Services,
  principal: Principal,
  { name, from }: { name: string; from: ClientLocation },
): Promise<Record<string, string>> {
  authorize(principal, 'getEnvironment');
  const { spec, suffix } = await provisionedStack(services, name);
  return services.catalogue.environmentOf({ spec, names: resourceNames(name, suffix) }, from);
}

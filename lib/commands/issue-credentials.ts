import type { ClusterCredentials, Forward, Models, Purpose } from '../api/credentials.ts';
import { localUrl, publicPortOf } from '../components/ports.ts';
import { resourceNames } from '../domain/names.ts';
import { ready } from '../domain/outcome.ts';
import { actorOf, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { provisionStack } from '../domain/remedies.ts';
import { CALLERS } from '../manifests/connect.ts';
import type { Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { stackFor, refuseIfHibernated } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

/** In seconds. */
const LIFETIME = 3600;

const MAY: Record<Purpose, string> = { connect: 'the tools', pipelines: 'the tools and pipelines' };

/**
 * A token with which a caller can forward ports to the private tools of a stack, or run pipelines too, and do nothing
 * else. It is never stored; that it was issued is an event.
 */
export async function issueCredentials(
  services: Services,
  principal: Principal,
  { name, purpose }: { name: string; purpose: Purpose },
): Promise<ClusterCredentials> {
  const { value: stack } = await stackFor(services, principal, 'issueCredentials', name);
  refuseUnlessRunning(stack);
  const forwards = forwardsOf(services, stack);
  const models = modelsOf(services, stack);
  const namespace = purpose === 'pipelines' ? pipelinesOf(services, stack) : undefined;
  if (forwards.length === 0 && models === undefined && namespace === undefined)
    throw new ProblemError('NOTHING_TO_CONNECT', `${name} has no tool that needs a forwarded port.`);
  const { resourceGroup, cluster: clusterName } = resourceNames(name, stack.suffix);
  const cluster = valueOf(await services.kubernetes.open(resourceGroup, clusterName), 'CLUSTER_UNREACHABLE');
  const { serviceAccount, ...where } = CALLERS[purpose];
  const account = { ...where, name: serviceAccount };
  const issue = async () => ready(await cluster.issueToken(account, LIFETIME));
  const issued = valueOf(await cluster.attempt('Credentials', issue), 'CLUSTER_UNREACHABLE');
  if (issued === undefined)
    throw new ProblemError('CONNECT_NOT_SET_UP', `${name} is not set up for connections yet.`, {
      cause: `Its cluster has no ServiceAccount ${account.name}: an earlier version of Matcha installed its tools.`,
    });
  const at = new Date(services.now()).toISOString();
  const message = `${principal.name} got a token for ${MAY[purpose]} of ${name}, valid until ${issued.expiresAt}.`;
  await services.store.appendEvent(name, { at, kind: 'credentials.issued', ...actorOf(principal), message });
  return {
    ...cluster.endpoint,
    ...issued,
    forwards,
    ...(models && { models }),
    ...(namespace !== undefined && { pipelines: { namespace } }),
  };
}

function refuseUnlessRunning(stack: StackRecord): void {
  const { phase, spec } = stack;
  refuseIfHibernated(stack);
  if (['Ready', 'Degraded', 'Updating'].includes(phase)) return;
  const isGone = phase === 'Destroying' || phase === 'Destroyed';
  throw new ProblemError('STACK_NOT_PROVISIONED', `${spec.name} is ${phase}; its tools cannot be reached.`, {
    ...(isGone && { remedies: [provisionStack({}, 'Provision it again once it is destroyed.')] }),
  });
}

/** The namespace in which people run pipelines, when its component is installed. */
const pipelinesOf = ({ catalogue }: Services, { spec, versions }: StackRecord): string | undefined =>
  catalogue
    .componentsOf(spec)
    .filter(({ name }) => versions[name] !== undefined)
    .map(({ azure }) => azure?.people?.namespace)
    .find((namespace) => namespace !== undefined);

/** The installed tools that have no public address. */
const forwardsOf = ({ catalogue }: Services, { spec, versions }: StackRecord): Forward[] =>
  catalogue.componentsOf(spec).flatMap(({ name, title, endpoint }) => {
    if (endpoint === undefined || versions[name] === undefined) return [];
    if (publicPortOf(endpoint, spec) !== undefined) return [];
    const { namespace, service, port, local } = endpoint;
    return [{ component: name, title, namespace, service, port, localPort: local, url: localUrl(endpoint) }];
  });

/** Models are never public. */
function modelsOf({ catalogue }: Services, { spec, versions }: StackRecord): Models | undefined {
  const [serving] = catalogue
    .componentsOf(spec)
    .flatMap(({ name, models }) =>
      models && versions[name] !== undefined ? [{ component: name, ...models }] : [],
    );
  if (serving === undefined) return undefined;
  const { component, namespace, port, local } = serving;
  return { component, title: 'Models', namespace, port, localPort: local, url: localUrl(serving) };
}

import { problem, type Finding } from '../../domain/problem.ts';
import { runAzureCli } from '../../domain/remedies.ts';
import type { Check } from './check.ts';

/** The providers of a stack's resources, and Compute for its nodes and their quota. */
const NAMESPACES = [
  'Microsoft.ContainerService',
  'Microsoft.Storage',
  'Microsoft.ContainerRegistry',
  'Microsoft.ManagedIdentity',
  'Microsoft.Compute',
];

/** Checks that the subscription is registered for each provider, which is required once. */
export const checkProviders: Check = async ({ clients, options: { subscriptionId } }) => {
  const { providers } = await clients.resources();
  const states = await Promise.all(
    NAMESPACES.map(async (namespace) => ({
      namespace,
      state: (await providers.get(namespace)).registrationState,
    })),
  );
  return states.flatMap(({ namespace, state }): Finding[] =>
    state === 'Registered'
      ? []
      : [
          problem('PROVIDER_NOT_REGISTERED', `the subscription is not registered for ${namespace}`, {
            cause: `Its registration is ${state ?? 'unknown'}.`,
            remedies: [
              runAzureCli(
                `az provider register --namespace ${namespace} --subscription ${subscriptionId} --wait`,
                'Register the resource provider.',
              ),
            ],
          }),
        ],
  );
};

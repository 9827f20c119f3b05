import type { Place } from '../../domain/registration.ts';

/** The name of the stack of a place in ZenML, and of each component that is only in that stack. */
export const registeredName = (stack: string, place: Place = 'cluster'): string =>
  place === 'cluster' ? `matcha-${stack}` : `matcha-${stack}-${place}`;

/** The name of the secret in ZenML for a component of the stack. */
export const registeredSecret = (stack: string, type: string): string =>
  `${registeredName(stack)}-${type.replaceAll('_', '-')}`;

/** The blob container of the artifact store. */
export const ARTIFACTS = 'zenml';

/** Where pipelines run: the pods of their orchestrators and steps, as this service account. */
export const PIPELINES = { namespace: 'matcha-pipelines', name: 'zenml-pipelines' } as const;

/** The folder of the artifact store in which a verification leaves its model; the next one overwrites it. */
export const MODEL_FOLDER = 'matcha-verification';

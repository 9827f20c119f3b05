/** The component that others are registered with. */
export const ZENML = 'zenml';

/** What a component is to ZenML: one part of the stack that pipelines run on. Plain data, free of secrets. */
export interface Registration {
  /** ZenML's word for the part, such as `artifact_store`; a stack has one of each. */
  type: string;
  flavor: string;
  /** What others have set beside these stays; `null` takes back what is not to be set. */
  configuration: Record<string, unknown>;
  /** By key, what the secret in ZenML holds that the configuration refers to by `registeredSecret`. */
  secret?: Record<string, string | SecretReference>;
}

/** Where a value lies in the cluster. */
export interface SecretReference {
  secret: { namespace: string; name: string; key: string };
}

/** What ZenML's stack is to be. */
export interface LinkInput {
  resourceGroup: string;
  cluster: string;
  stack: string;
  registrations: Registration[];
}

/** Of the stack in ZenML, and of each of its parts there. */
export const registeredName = (stack: string): string => `matcha-${stack}`;

/** The secret in ZenML that belongs to a part of the stack. */
export const registeredSecret = (stack: string, type: string): string =>
  `${registeredName(stack)}-${type.replaceAll('_', '-')}`;

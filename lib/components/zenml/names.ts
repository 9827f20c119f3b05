/** The name of the stack in ZenML, and of each of its components there. */
export const registeredName = (stack: string): string => `matcha-${stack}`;

/** The name of the secret in ZenML for a component of the stack. */
export const registeredSecret = (stack: string, type: string): string =>
  `${registeredName(stack)}-${type.replaceAll('_', '-')}`;

/** Of the stack in ZenML, and of each of its parts there. */
export const registeredName = (stack: string): string => `matcha-${stack}`;

/** The secret in ZenML that belongs to a part of the stack. */
export const registeredSecret = (stack: string, type: string): string =>
  `${registeredName(stack)}-${type.replaceAll('_', '-')}`;

import { z } from 'zod';
import { STACK_NAME_PATTERN } from './stack-name.ts';

const CHOSEN_PATTERN = '[A-Za-z0-9-]{1,64}';

/** The part of an operation id that a caller may choose, so that a repeated request has no second effect. */
export const chosenId = z
  .string()
  .regex(new RegExp(`^${CHOSEN_PATTERN}$`), 'must be letters, digits and hyphens');

/** An operation id begins with the name of its stack, which is the partition of its record. */
const OPERATION_ID = new RegExp(`^(${STACK_NAME_PATTERN})-${CHOSEN_PATTERN}$`);

export const operationIdOf = (stack: string, chosen: string): string => `${stack}-${chosen}`;

/** The stack of an operation; undefined for text that is not an operation id. */
export const stackOf = (operationId: string): string | undefined => OPERATION_ID.exec(operationId)?.[1];

import { z } from 'zod';

/** The id of an operation begins with its stack's name, so that it says where its record lies. */
const OPERATION_ID = /^([a-z][a-z0-9]{2,10})-[A-Za-z0-9-]{1,64}$/;

/** What a caller may choose of an id, to make a repeated request harmless. */
export const chosenId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be letters, digits and hyphens');

/** The stack that an operation belongs to; undefined for what is no operation id. */
export const stackOf = (operationId: string): string | undefined => OPERATION_ID.exec(operationId)?.[1];

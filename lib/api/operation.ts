import { z } from 'zod';
import { actor } from '../domain/principal.ts';
import { OPERATION_KINDS } from '../domain/plan.ts';
import { problemSchema } from '../domain/problem-schema.ts';
import { ending, OPERATION_STATES, receipt, stepRecord, time } from '../domain/status.ts';
import { nextPage } from './schemas.ts';

/** A step of a plan with its record. */
export const stepView = stepRecord.extend({
  title: z.string(),
  after: z.array(z.string()),
  /** Usual duration in seconds. */
  usual: z.number(),
});
export type StepView = z.infer<typeof stepView>;

/** An operation with its steps. */
export const operationView = z
  .strictObject({
    id: z.string(),
    stack: z.string(),
    kind: z.enum(OPERATION_KINDS),
    state: z.enum(OPERATION_STATES),
    requestedBy: actor,
    startedAt: time,
    finishedAt: time.exactOptional(),
    /** While the operation is being ended from outside: by whom, and when its stack is free. */
    ending: ending.exactOptional(),
    /** Usual duration of the whole operation in seconds: its critical path. */
    usual: z.number(),
    steps: z.array(stepView),
    problem: problemSchema.exactOptional(),
    receipt: receipt.exactOptional(),
  })
  .meta({ id: 'Operation' });
export type OperationView = z.infer<typeof operationView>;

/** What a destroy operation found and deleted. */
export const receiptView = receipt.extend({ operation: z.string() });
export type ReceiptView = z.infer<typeof receiptView>;

/** A page of receipts, newest first. */
export const receiptList = z.strictObject({ receipts: z.array(receiptView), ...nextPage });
export type ReceiptList = z.infer<typeof receiptList>;

import { manual, provisionStack, repeatOperation } from '../remedies.ts';
import type { ProblemTable } from './table.ts';

const nothing = manual('There is nothing to do.');

/** Problems of a request that the state of the stack does not allow. */
export const STACK_PROBLEMS = {
  OPERATION_IN_PROGRESS: {
    status: 409,
    remedies: [{ action: 'getOperation', text: 'Follow it, and try again when it has ended.' }],
  },
  OPERATION_ID_REUSED: { status: 409, remedies: [manual('Choose another id for another request.')] },
  OPERATION_RUNNING: {
    status: 409,
    remedies: [
      { action: 'getOperation', text: 'It is running: wait for it.' },
      { action: 'cancelOperation', text: 'Or cancel it.' },
      {
        action: 'unlockStack',
        arguments: { force: true },
        text: 'Or end it by force, when it does not move.',
      },
    ],
  },
  OPERATION_ENDED: { status: 409, remedies: [nothing] },
  OPERATION_CANCELED: {
    status: 409,
    remedies: [repeatOperation('Run it again; it continues from what exists.')],
  },
  VERIFICATION_DISPLACED: {
    status: 409,
    remedies: [manual('There is nothing to do: the stack is verified again after the other operation.')],
  },
  NOTHING_TO_VERIFY: {
    status: 409,
    remedies: [manual('Add the components of a pipeline to the stack, such as those of the preset default.')],
  },
  VERIFICATION_IMPOSSIBLE: {
    status: 409,
    remedies: [manual('Fix the cause above.'), repeatOperation('Then verify it again.')],
  },
  NOT_LOCKED: { status: 409, remedies: [manual('There is nothing to do: no operation holds this stack.')] },
  REMOVAL_NOT_ALLOWED: {
    status: 409,
    remedies: [
      provisionStack({ allowRemoval: true }, 'Allow the removal, if this data may be lost for good.'),
    ],
  },
  STACK_PROTECTED: {
    status: 409,
    remedies: [provisionStack({ 'lifetime.protected': false }, 'Lift the protection of the stack first.')],
  },
  STACK_NOT_PROVISIONED: {
    status: 409,
    remedies: [
      { action: 'getStack', text: 'See its state, and wait until it is ready.' },
      provisionStack({}, 'Or provision it.'),
    ],
  },
  NO_REGISTRY: {
    status: 409,
    remedies: [
      { action: 'getStack', text: 'See its state, and wait until the registry is created.' },
      manual('Or add the component registry.'),
    ],
  },
  NO_PIPELINE_IMAGE: {
    status: 409,
    remedies: [
      { action: 'listImages', text: 'See whether it is being built.' },
      { action: 'buildImage', text: 'Or build it.' },
    ],
  },
  STACK_CHANGED: {
    status: 409,
    remedies: [{ action: 'getStack', text: 'See what changed, and try again.' }],
  },
  PRECONDITION_FAILED: {
    status: 412,
    remedies: [
      { action: 'getStack', text: 'See its state now, and send the ETag of that answer with the request.' },
    ],
  },
  TABLES_UNAVAILABLE: {
    status: 503,
    remedies: [repeatOperation('Try again in a moment. An operation that runs waits for them.')],
  },
  IMMUTABLE_FIELD: {
    status: 409,
    remedies: [manual('Choose another stack name, or destroy this stack and provision it again.')],
  },
  STACK_HIBERNATED: { status: 409, remedies: [{ action: 'wakeStack', text: 'Wake it first.' }] },
  SHARED_KEYS_OFF: {
    status: 409,
    remedies: [
      provisionStack({ 'storage.sharedKeyAccess': true }, 'Turn the shared keys of the storage account on.'),
    ],
  },
  NOTHING_TO_CONNECT: {
    status: 409,
    remedies: [{ action: 'getOutputs', text: 'See which addresses the stack has.' }],
  },
  NO_LOGS: { status: 409, remedies: [manual('Choose a tool that runs in the cluster.')] },
  CONNECT_NOT_SET_UP: {
    status: 409,
    remedies: [
      provisionStack({}, 'Provision it again: that adds what is missing and keeps everything else.'),
    ],
  },
  NOT_HIBERNATED: { status: 409, remedies: [nothing] },
  UP_TO_DATE: { status: 409, remedies: [nothing] },
} as const satisfies ProblemTable;

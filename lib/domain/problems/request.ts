import { manual, provisionStack, repeatOperation } from '../remedies.ts';
import { STACK_NAME_RULE } from '../stack-name.ts';
import type { ProblemTable } from './table.ts';

/** Problems of a request or its caller, and failures of Matcha itself. */
export const REQUEST_PROBLEMS = {
  MALFORMED_JSON: { status: 400, remedies: [manual('Send one JSON object, encoded as UTF-8.')] },
  BODY_TOO_LARGE: {
    status: 413,
    remedies: [manual('Keep the body of a request under 64 KiB, or 4 MiB for a build context.')],
  },
  INVALID_REQUEST: { status: 400, remedies: [manual('Correct the fields that are named above.')] },
  WRONG_HOST: { status: 421, remedies: [manual('Use the address at which Matcha was started.')] },
  INVALID_NAME: {
    status: 400,
    remedies: [manual(`Use ${STACK_NAME_RULE}.`)],
  },
  UNKNOWN_REGION: {
    status: 400,
    remedies: [{ action: 'readCatalogue', text: 'Choose a region that the catalogue lists.' }],
  },
  UNKNOWN_PRESET: {
    status: 400,
    remedies: [{ action: 'readCatalogue', text: 'Choose a preset of the catalogue.' }],
  },
  UNKNOWN_COMPONENT: {
    status: 400,
    remedies: [{ action: 'readCatalogue', text: 'Choose a component of the catalogue.' }],
  },
  UNKNOWN_PERSON: {
    status: 404,
    remedies: [manual('Use the object id of the account in Entra ID, or the name that it signs in with.')],
  },
  AMBIGUOUS_PERSON: { status: 400, remedies: [manual('Use the object id of one of them.')] },
  SLOT_TAKEN: { status: 400, remedies: [manual('Leave one of the two out.')] },
  MISSING_DEPENDENCY: {
    status: 400,
    remedies: [manual('Add the component that it needs, or leave both out.')],
  },
  NO_PUBLIC_ACCESS: {
    status: 409,
    remedies: [
      provisionStack({ access: 'private' }, 'Leave access private, and forward ports to the tools.'),
      manual('Or use a cluster of AKS: its application routing has the GatewayClass approuting-istio.'),
    ],
  },
  UNKNOWN_OUTPUT: {
    status: 404,
    remedies: [{ action: 'getOutputs', text: 'Choose one of the outputs of the stack.' }],
  },
  NOT_SIGNED_IN: { status: 401, remedies: [{ action: 'signIn', text: 'Sign in, then try again.' }] },
  TOKEN_REFUSED: { status: 401, remedies: [{ action: 'signIn', text: 'Sign in again, then try again.' }] },
  SIGN_IN_UNAVAILABLE: {
    status: 503,
    remedies: [manual('Wait a minute, then try again.')],
    retryable: true,
  },
  NOT_ALLOWED: {
    status: 403,
    remedies: [manual('Ask an administrator of Matcha for the role that this needs.')],
  },
  NOT_FOUND: { status: 404, remedies: [manual('Check the address; /api/v1/stacks lists the stacks.')] },
  STACK_NOT_FOUND: { status: 404, remedies: [{ action: 'listStacks', text: 'See which stacks there are.' }] },
  OPERATION_NOT_FOUND: {
    status: 404,
    remedies: [{ action: 'listStacks', text: 'See which stacks there are, and their operations.' }],
  },
  IMAGE_NOT_FOUND: { status: 404, remedies: [{ action: 'listImages', text: 'See which builds there are.' }] },
  OPERATION_LOST: {
    status: 500,
    remedies: [repeatOperation('Run it again; it continues from what exists.')],
  },
  STEP_TIMED_OUT: {
    status: 504,
    remedies: [repeatOperation('Run it again to continue waiting; everything created so far is kept.')],
  },
  UNEXPECTED: {
    status: 500,
    remedies: [repeatOperation('Try again.'), manual('If it fails again, report it with the operation id.')],
    retryable: true,
  },
} as const satisfies ProblemTable;

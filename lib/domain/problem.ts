import type { Remedy } from './remedy.ts';

/**
 * Everything that can go wrong for a user, by code: the HTTP status, what to do about it unless the place
 * that reports it knows better, and whether trying again by itself can help.
 */
export const PROBLEMS = {
  // The request.
  MALFORMED_JSON: { status: 400, hint: 'Send one JSON object, encoded as UTF-8.' },
  BODY_TOO_LARGE: { status: 413, hint: 'Keep the body of a request under 64 KiB.' },
  INVALID_REQUEST: { status: 400, hint: 'Correct the fields named above and send the request again.' },
  INVALID_NAME: {
    status: 400,
    hint: 'Use 3 to 11 characters: a lower-case letter, then lower-case letters and digits.',
  },
  UNKNOWN_REGION: { status: 400, hint: 'Name an Azure region as `az account list-locations` prints it.' },
  UNKNOWN_PRESET: { status: 400, hint: 'Choose one of: default, llm.' },
  UNKNOWN_COMPONENT: { status: 400, hint: 'See `matcha catalogue` for what there is.' },
  MISSING_DEPENDENCY: { status: 400, hint: 'Add the component that it needs, or leave both out.' },
  UNKNOWN_OUTPUT: { status: 404, hint: 'Run `matcha get` to see every resource and property.' },
  NOT_SIGNED_IN: { status: 401, hint: 'Sign in with `az login`, then try again.' },
  NOT_ALLOWED: { status: 403, hint: 'Ask an administrator of Matcha for the role that this needs.' },
  NOT_FOUND: { status: 404, hint: 'Check the address; /api/v1/stacks lists the stacks.' },
  STACK_NOT_FOUND: { status: 404, hint: 'Run `matcha list` to see the stacks.' },
  OPERATION_NOT_FOUND: { status: 404, hint: 'Run `matcha status` to see the operation of a stack.' },
  // The state of the stack.
  OPERATION_IN_PROGRESS: { status: 409, hint: 'Follow it with `matcha watch`, then try again.' },
  OPERATION_ID_REUSED: { status: 409, hint: 'Choose another Operation-Id for another request.' },
  OPERATION_RUNNING: {
    status: 409,
    hint: 'It is alive. Wait for it, or end it with `matcha unlock --force`.',
  },
  NOT_LOCKED: { status: 409, hint: 'Nothing to do: no operation holds this stack.' },
  STACK_PROTECTED: {
    status: 409,
    hint: 'Lift the protection first: provision it with lifetime.protected false.',
  },
  STACK_NOT_PROVISIONED: { status: 409, hint: 'Provision it first, or wait until it is ready.' },
  STACK_CHANGED: { status: 409, hint: 'Somebody else changed it meanwhile. Look at it and try again.' },
  IMMUTABLE_FIELD: { status: 409, hint: 'Destroy the stack and provision it anew to change this.' },
  STACK_HIBERNATED: { status: 409, hint: 'Wake it first with `matcha wake`.' },
  UP_TO_DATE: { status: 409, hint: 'Nothing to do: `matcha catalogue` lists the versions there are.' },
  NOT_HIBERNATED: { status: 409, hint: 'Nothing to do: only a hibernated stack can be woken.' },
  // Azure.
  PREFLIGHT_FAILED: { status: 409, hint: 'Mend each of these, then provision again. Nothing was changed.' },
  SUBSCRIPTION_DISABLED: {
    status: 409,
    hint: 'Enable the subscription again in the Azure portal (Subscriptions), then provision again.',
  },
  SUBSCRIPTION_NOT_FOUND: {
    status: 409,
    hint: 'Check AZURE_SUBSCRIPTION_ID, and that the identity of the control plane has a role there.',
  },
  PROVIDER_NOT_REGISTERED: {
    status: 409,
    hint: 'Register it with `az provider register --namespace NAMESPACE --wait`, then provision again.',
  },
  POLICY_DENIED: {
    status: 409,
    hint: 'Ask the owner of the policy for an exemption, or choose what it allows, then provision again.',
  },
  RESOURCE_LOCKED: {
    status: 409,
    hint: 'Remove the lock (`az lock list`, `az lock delete`), then try again; it continues.',
  },
  SIZE_UNAVAILABLE: {
    status: 409,
    hint: 'Choose another with `matcha provision --node-size SIZE`; `az vm list-skus --location REGION` lists them.',
  },
  REGION_UNAVAILABLE: {
    status: 409,
    hint: 'Choose another region, or ask Azure support for access to this one.',
  },
  KUBERNETES_VERSION_UNSUPPORTED: {
    status: 409,
    hint: 'Leave --kubernetes-version out, or choose one that `az aks get-versions --location REGION` lists.',
  },
  KUBERNETES_VERSION_SKIPPED: {
    status: 409,
    hint: 'Upgrade one minor version at a time.',
  },
  REMOVAL_NOT_ALLOWED: {
    status: 409,
    hint: 'Allow the removal explicitly if the data may go.',
  },
  LIMIT_REACHED: {
    status: 409,
    hint: 'Delete what is no longer needed, or ask Azure support for a higher limit, then provision again.',
  },
  NO_ADDRESSES_LEFT: {
    status: 409,
    hint: 'Free addresses or choose a larger subnet, then provision again; it continues.',
  },
  NAME_RESERVED: {
    status: 409,
    hint: 'Purge or recover what was deleted under this name, or choose another stack name.',
  },
  KEY_UNUSABLE: {
    status: 409,
    hint: 'Let the resource use its customer-managed key in Key Vault again, then provision again.',
  },
  NODES_FAILED: {
    status: 409,
    hint: 'Look at the node pools of the cluster in the Azure portal, then provision again; it continues.',
  },
  PRINCIPAL_NOT_FOUND: {
    status: 409,
    hint: 'The directory does not know the identity. Wait some minutes, then provision again; it continues.',
  },
  RESOURCE_GONE: {
    status: 409,
    hint: 'Somebody deleted it meanwhile. Provision again; what is missing is made anew.',
  },
  INVALID_FOR_AZURE: {
    status: 409,
    hint: 'Change the value that Azure names, then provision again; it continues.',
  },
  AZURE_SIGN_IN_FAILED: {
    status: 502,
    hint: 'Check the managed identity of the function app (AZURE_CLIENT_ID), then provision again.',
  },
  QUOTA_EXCEEDED: {
    status: 409,
    hint: 'Choose another node size or region, keep asking with `--wait-for-quota 3d`, or ask for more quota in the Azure portal (Quotas > Compute).',
  },
  CAPACITY_UNAVAILABLE: {
    status: 409,
    hint: 'Try another node size or region, or keep asking with `--wait-for-quota 3d`.',
  },
  NAME_TAKEN: {
    status: 409,
    hint: 'Choose another stack name: Azure needs this one to be unique worldwide.',
  },
  AZURE_FORBIDDEN: {
    status: 403,
    hint: 'Give the identity of the control plane Contributor and Role Based Access Control Administrator.',
  },
  AZURE_REFUSED: { status: 409, hint: 'Mend what Azure names above, then provision again; it continues.' },
  AZURE_UNAVAILABLE: {
    status: 503,
    hint: 'Azure did not answer. Provision again; it continues.',
    retryable: true,
  },
  FOREIGN_RESOURCE: {
    status: 409,
    hint: 'Choose another stack name, or tag the resource group with matcha-stack to hand it over.',
  },
  // The cluster and what runs on it.
  CLUSTER_UNREACHABLE: {
    status: 502,
    hint: 'Check that the cluster runs, then provision again; it continues.',
  },
  CLUSTER_FORBIDDEN: {
    status: 403,
    hint: 'Give the identity of the control plane the role Azure Kubernetes Service RBAC Cluster Admin.',
  },
  MANIFEST_REFUSED: {
    status: 409,
    hint: 'The cluster refused an object; report this with the operation id.',
  },
  FIELD_CONFLICT: {
    status: 409,
    hint: 'Something else manages these fields. Remove its changes, then provision again.',
  },
  COMPONENT_NOT_READY: { status: 409, hint: 'Look at the pods of the component, then provision again.' },
  IMAGE_PULL: { status: 409, hint: 'Check that the cluster may reach the registry of the image.' },
  CRASH_LOOP: { status: 409, hint: 'Look at the logs of the pod, then provision again.' },
  VOLUME_PENDING: {
    status: 409,
    hint: 'Check the storage class and the disk quota of the subscription, then provision again.',
  },
  UNSCHEDULABLE: { status: 409, hint: 'Give the cluster more or larger nodes, then provision again.' },
  CANARY_FAILED: {
    status: 409,
    hint: 'The tool runs but does not work. Look at its logs, then provision again.',
  },
  LINK_FAILED: {
    status: 409,
    hint: 'The tools work, but ZenML does not know them. Mend what it names above, then provision again.',
  },
  // Ourselves.
  STEP_TIMED_OUT: { status: 504, hint: 'Provision again to go on waiting; what is made is kept.' },
  OPERATION_LOST: { status: 500, hint: 'Provision again; it continues from what exists.' },
  RESOURCES_LEFT: { status: 409, hint: 'Run destroy again; what is left is listed in the receipt.' },
  UNEXPECTED: {
    status: 500,
    hint: 'Try again. If it stays, report it with the operation id.',
    retryable: true,
  },
} as const satisfies Record<string, { status: number; hint: string; retryable?: true }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What happened, why, and what to do next; plain data, so that it can be stored and sent. */
export interface Problem {
  code: ProblemCode;
  /** What happened. */
  message: string;
  /** What to do next. */
  hint: string;
  /** What to do next, in a form that every caller can render. */
  remedies?: Remedy[];
  /** Why, in the words of the service that refused. Never holds a secret. */
  cause?: string;
  operationId?: string;
  /** Everything that was found at once, where there is more than one thing to mend. */
  findings?: Finding[];
}

/** One thing to mend: what was found, and the command or step that mends it. */
export interface Finding {
  code: ProblemCode;
  message: string;
  hint: string;
  remedies?: Remedy[];
  /** Why, in figures or in Azure's words. */
  cause?: string;
}

export type ProblemDetails = Partial<
  Pick<Problem, 'hint' | 'remedies' | 'cause' | 'operationId' | 'findings'>
>;

export const problem = (code: ProblemCode, message: string, details: ProblemDetails = {}): Problem => ({
  code,
  message,
  hint: PROBLEMS[code].hint,
  ...details,
});

/** Whether doing the same again, without anybody mending anything, may succeed. */
export const isRetryable = (code: ProblemCode): boolean => 'retryable' in PROBLEMS[code];

/** A problem on its way to the edge, where it becomes an answer. Activities return problems instead. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, message: string, details?: ProblemDetails) {
    super(message);
    this.name = 'ProblemError';
    this.problem = problem(code, message, details);
  }
}

/** The form of RFC 9457 (problem details for HTTP). */
export const problemJson = (found: Problem) => {
  const { code, message, ...rest } = found;
  return {
    type: `https://matcha.dev/problems/${code}`,
    title: message,
    status: PROBLEMS[code].status,
    code,
    ...rest,
  };
};

export type ProblemJson = ReturnType<typeof problemJson>;

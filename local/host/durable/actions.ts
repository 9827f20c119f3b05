/** Codes of the actions of an orchestrator. It reports all actions since its start, one for each `yield`. */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

type Codes = typeof ActionType;

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

export interface ActivityCall {
  functionName: string;
  input?: unknown;
}

export interface SubOrchestratorCall extends ActivityCall {
  instanceId?: string;
  version?: string;
}

export type Action =
  | (ActivityCall & { actionType: Codes['CallActivity'] })
  | (ActivityCall & { actionType: Codes['CallActivityWithRetry']; retryOptions: RetryOptions })
  | (SubOrchestratorCall & { actionType: Codes['CallSubOrchestrator'] })
  | (SubOrchestratorCall & { actionType: Codes['CallSubOrchestratorWithRetry']; retryOptions: RetryOptions })
  | { actionType: Codes['ContinueAsNew']; input?: unknown }
  | { actionType: Codes['CreateTimer']; fireAt: string }
  | { actionType: Codes['WaitForExternalEvent']; externalEventName: string }
  | { actionType: Codes['WhenAny'] | Codes['WhenAll']; compoundActions: Action[] }
  | {
      actionType:
        | Codes['CallEntity']
        | Codes['CallHttp']
        | Codes['SignalEntity']
        | Codes['LockEntities']
        | Codes['ReleaseEntities'];
    };

/** The result of an orchestrator function after each replay. */
export interface OrchestratorState {
  isDone: boolean;
  actions: [Action[]];
  output?: unknown;
  error?: string;
  customStatus?: unknown;
}

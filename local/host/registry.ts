import type { RpcInvocationResponse, RpcTypedData } from './rpc.ts';

export type LogLevel = 'information' | 'warning' | 'error' | 'debug' | 'trace';
export type Log = (level: LogLevel, category: string, message: string) => void;

export interface Binding {
  type: string;
  direction: 'in' | 'out';
  [setting: string]: unknown;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export type FunctionCallback = (...args: unknown[]) => unknown;

export interface RegisteredFunction {
  name: string;
  metadata: FunctionMetadata;
  callback: FunctionCallback;
  /** The trigger binding and its name. */
  trigger: Binding & { bindingName: string };
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<RpcInvocationResponse>;
}

export interface CoreInvocationContext {
  invocationId: string;
  metadata: FunctionMetadata;
  request: { inputData: { name: string; data: RpcTypedData }[]; traceContext: object };
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log: Log;
}

/** The programming model that `@azure/functions` registers when it is loaded. */
export interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export type Hook = (context: Record<string, unknown>) => unknown;

/** By lower-case name: function names are case-insensitive, as in the Functions host. */
const functions = new Map<string, RegisteredFunction>();
const hooks = new Map<string, Hook[]>();
let model: ProgrammingModel | undefined;

/** Adds a function. The returned callback removes it. Throws if the name is taken or there is no trigger. */
export function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): () => void {
  const { name, bindings } = metadata;
  const key = name.toLowerCase();
  if (functions.has(key)) throw new Error(`A function with the name "${name}" has already been registered.`);
  const trigger = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (trigger === undefined) throw new Error(`The function "${name}" has no trigger.`);
  const [bindingName, binding] = trigger;
  functions.set(key, { name, metadata, callback, trigger: { ...binding, bindingName } });
  return () => functions.delete(key);
}

/** Removes all functions, so that another app can register its own. */
export const clearFunctions = (): void => {
  functions.clear();
};

/** Adds a hook. The returned callback removes it. */
export function registerHook(name: string, hook: Hook): () => void {
  const registered = hooks.get(name) ?? [];
  hooks.set(name, [...registered, hook]);
  return () =>
    hooks.set(
      name,
      (hooks.get(name) ?? []).filter((other) => other !== hook),
    );
}

/** Runs the hooks of this name sequentially, in registration order. */
export async function runHooks(name: string, context: Record<string, unknown>): Promise<void> {
  for (const hook of hooks.get(name) ?? []) await hook(context);
}

/** Called by `@azure/functions` when it is loaded. */
export const setProgrammingModel = (loaded: ProgrammingModel): void => {
  model = loaded;
};

/** Throws if no app has loaded `@azure/functions` since the host was imported. */
export function programmingModel(): ProgrammingModel {
  if (model === undefined)
    throw new Error('No function is registered. The app must load @azure/functions after the local host.');
  return model;
}

/** All functions, in registration order. */
export const registeredFunctions = (): RegisteredFunction[] => [...functions.values()];

/** The function with this name and trigger type, such as `activityTrigger`. */
export function findFunction(triggerType: string, name: string): RegisteredFunction | undefined {
  const found = functions.get(name.toLowerCase());
  return found?.trigger.type === triggerType ? found : undefined;
}

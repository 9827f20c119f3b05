import { randomUUID } from 'node:crypto';
import { toError } from './errors.ts';
import { programmingModel, runHooks } from './registry.ts';
import type { CoreInvocationContext, Log, RegisteredFunction } from './registry.ts';
import type { RpcInvocationResponse, RpcTypedData } from './rpc.ts';

/** Invokes a function with the data of its trigger. Rejects with the error of the function. */
export type Invoke = (fn: RegisteredFunction, data: RpcTypedData) => Promise<RpcInvocationResponse>;

export interface InvokerOptions {
  log: Log;
  /** The data of `durableClient` input bindings. */
  durableClient: unknown;
  /** The timeout of one invocation, in real milliseconds. */
  timeout: number;
}

const DURABLE_CLIENTS = new Set(['durableClient', 'orchestrationClient']);

/** Shared by all hooks of the app for the lifetime of the process. */
const appHookData = {};

/**
 * Creates the invoker. It uses the invocation model of `@azure/functions`, so that requests, responses and contexts
 * are converted by the same code as on Azure.
 */
export function createInvoker({ log, durableClient, timeout }: InvokerOptions): Invoke {
  const clientData = { json: JSON.stringify(durableClient) };

  const run = async (fn: RegisteredFunction, data: RpcTypedData) => {
    const clients = Object.entries(fn.metadata.bindings).filter(([, { type }]) => DURABLE_CLIENTS.has(type));
    const core: CoreInvocationContext = {
      invocationId: randomUUID(),
      metadata: fn.metadata,
      request: {
        inputData: [
          { name: fn.trigger.bindingName, data },
          ...clients.map(([name]) => ({ name, data: clientData })),
        ],
        traceContext: {},
      },
      log: (level, category, message) => {
        log(level, category === 'user' ? `Function.${fn.name}.User` : `Function.${fn.name}`, message);
      },
    };
    const model = programmingModel().getInvocationModel(core);
    const { context, inputs } = await model.getArguments();

    const shared = { hookData: {}, appHookData, invocationContext: context };
    const before = { ...shared, inputs, functionCallback: fn.callback };
    await runHooks('preInvocation', before);
    const after = {
      ...shared,
      inputs: before.inputs,
      result: undefined as unknown,
      error: undefined as unknown,
    };
    try {
      after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = toError(error);
    }
    core.state = 'postInvocationHooks';
    await runHooks('postInvocation', after);
    if (after.error !== undefined) throw toError(after.error);
    return model.getResponse(context, after.result);
  };

  return (fn, data) => withTimeout(run(fn, data), timeout, fn.name);
}

/** `functionTimeout` limits the execution time of code, which is real time at any speed of the clock. */
async function withTimeout<T>(work: Promise<T>, timeout: number, name: string): Promise<T> {
  if (timeout === Infinity) return work;
  const { promise: expiry, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`Timeout value of ${timeout / 1000} s was exceeded by function: Functions.${name}`));
  }, timeout);
  timer.unref();
  return Promise.race([work, expiry]).finally(() => {
    clearTimeout(timer);
  });
}

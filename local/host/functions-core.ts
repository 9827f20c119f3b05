import Module from 'node:module';
import { registerFunction, registerHook, setProgrammingModel } from './registry.ts';
import type { FunctionCallback, FunctionMetadata, Hook, Log } from './registry.ts';

/**
 * `@azure/functions` requires `@azure/functions-core`, a module that exists only in the Functions worker; without it,
 * registrations are skipped. The local host provides the module, as the worker does.
 */
class Disposable {
  readonly dispose: () => void;
  constructor(dispose: () => void) {
    this.dispose = dispose;
  }
  static from(...disposables: Disposable[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }
}

let systemLog: Log = () => undefined;

/** Sets the log for messages of the library. */
export const setSystemLog = (log: Log): void => {
  systemLog = log;
};

const functionsCore = {
  version: '3.12.0',
  hostVersion: '4.1040.0',
  Disposable,
  setProgrammingModel,
  registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
    new Disposable(registerFunction(metadata, callback)),
  registerHook: (name: string, hook: Hook) => new Disposable(registerHook(name, hook)),
  log: ((level, category, message) => {
    systemLog(level, category, message);
  }) satisfies Log,
};

/** Node.js has no public hook for `require` that also works for an app loaded with `import`. */
const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load;
loader._load = (request, ...rest) =>
  request === '@azure/functions-core' ? functionsCore : load.call(loader, request, ...rest);

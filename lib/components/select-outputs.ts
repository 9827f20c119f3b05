import type { Output, Outputs } from './component.ts';
import { ProblemError } from '../domain/problem.ts';
import { quote } from '../domain/quote.ts';
import { manual, provisionStack } from '../domain/remedies.ts';
import type { StackSpec } from '../domain/spec.ts';
import { suggest } from '../domain/suggest.ts';

/** One resource, or one property of it; all outputs without them. */
export interface OutputSelection {
  resource?: string | undefined;
  property?: string | undefined;
}

/**
 * The selected outputs that the stack has, in the same nesting. Throws UNKNOWN_OUTPUT, or SHARED_KEYS_OFF for a property
 * that the stack would have with shared keys.
 */
export function selectOutputs(
  all: Outputs,
  { name, storage }: Pick<StackSpec, 'name' | 'storage'>,
  { resource, property }: OutputSelection = {},
): Outputs {
  const available = (output: Output) => storage.sharedKeyAccess || !needsSharedKeys(output);
  const chosen =
    resource === undefined ? all : { [resource]: all[resource] ?? unknownResource(resource, all) };
  if (resource === undefined || property === undefined)
    return Object.fromEntries(
      Object.entries(chosen).map(([title, properties]) => [
        title,
        Object.fromEntries(Object.entries(properties).filter(([, output]) => available(output))),
      ]),
    );
  const properties = chosen[resource] ?? {};
  const output = properties[property] ?? unknownProperty(resource, property, properties);
  if (!available(output)) throw sharedKeysOff(name, resource, property);
  return { [resource]: { [property]: output } };
}

/** A connection string contains the key of the storage account. */
const needsSharedKeys = (output: Output): boolean => typeof output !== 'string' && 'storage' in output;

const sharedKeysOff = (stack: string, resource: string, property: string) =>
  new ProblemError('SHARED_KEYS_OFF', `${stack} has no output ${resource} ${property}.`, {
    cause: 'It would contain the key of the storage account, and shared keys are off for this stack.',
    remedies: [
      manual(
        'Sign in to Azure with Microsoft Entra ID instead: clients of Blob Storage then need only the name of the account.',
      ),
      provisionStack(
        { name: stack, 'storage.sharedKeyAccess': true },
        'Or turn shared keys on: whoever has the key can read, change and delete everything in the account.',
      ),
    ],
  });

const unknownResource = (word: string, all: Outputs): never => {
  throw unknown(`There is no resource ${quote(word)}.`, word, Object.keys(all));
};

const unknownProperty = (resource: string, word: string, properties: object): never => {
  throw unknown(`${resource} has no property ${quote(word)}.`, word, Object.keys(properties));
};

function unknown(message: string, word: string, candidates: string[]): ProblemError {
  const nearest = suggest(word, candidates);
  const advice = nearest === undefined ? `Use one of: ${candidates.join(', ')}.` : `Did you mean ${nearest}?`;
  return new ProblemError('UNKNOWN_OUTPUT', message, { remedies: [manual(advice)] });
}

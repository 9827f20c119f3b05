import type { StackDetail } from '../../lib/api/stack.ts';
import { chooseStack, type Context } from '../context.ts';
import { CliError, EXIT, usageError, type ExitCode } from '../exit.ts';
import { stackRequestOf } from '../request.ts';
import { carryOut } from './provision.ts';

/** Adds a component to a stack that is up; what it has already goes on undisturbed. */
export const addComponent = (context: Context, [component = '']: string[]): Promise<ExitCode> =>
  change(context, (components) => [...components, component.toLowerCase()], `Add ${component}?`);

/** Removes a component and its data from a stack that is up. The server refuses it while others need it. */
export const removeComponent = (context: Context, [component = '']: string[]): Promise<ExitCode> =>
  change(
    context,
    (components) => {
      const kept = components.filter((name) => name !== component.toLowerCase());
      if (kept.length < components.length) return kept;
      throw usageError(`This stack has no ${component}.`, `It has ${components.join(', ')}.`);
    },
    `Remove ${component}, with the data it keeps in the cluster?`,
  );

async function change(
  context: Context,
  next: (components: string[]) => string[],
  question: string,
): Promise<ExitCode> {
  const { api, options, terminal } = context;
  if (options.yes !== true && !terminal.canAsk)
    throw usageError('--yes must be given: nothing can be asked here.', 'Add --yes.');
  const name = await chooseStack(context, undefined);
  const { value: stack } = await api('getStack', { params: { name } });
  if (stack.phase === 'Destroyed') throw destroyed(stack, next(stack.spec.components));
  const components = next(stack.spec.components);
  const request = stackRequestOf({ ...options, location: stack.location, components }, stack);
  return carryOut(context, { name, request }, question);
}

/** There is nothing to add to or to remove from; making a new stack is for the caller to ask. */
const destroyed = ({ name, location }: StackDetail, components: string[]): CliError =>
  new CliError(EXIT.conflict, {
    code: 'STACK_NOT_PROVISIONED',
    message: `${name} is destroyed.`,
    remedies: [
      { action: 'provisionStack', arguments: { name, location, components }, text: 'Make it anew.' },
    ],
  });

import type { StackDetail } from '../lib/api/stack.ts';
import { carryOut } from './commands/provision.ts';
import { requireConsent } from './consent.ts';
import { chooseStack, printJson, type Context } from './context.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';

export interface Change {
  /** The lists that change, as a whole. */
  fields: { components?: string[]; members?: string[] };
  question: string;
}

/**
 * Changes a list of an existing stack: shows the plan, asks, and follows the operation. `next` returns undefined when
 * there is nothing to change.
 */
export async function changeStack(
  context: Context,
  next: (stack: StackDetail) => Change | undefined,
): Promise<ExitCode> {
  requireConsent(context);
  const name = await chooseStack(context, undefined);
  const { value: stack } = await context.api('getStack', { params: { name } });
  const wanted = next(stack);
  if (wanted === undefined) {
    if (context.options.json === true) printJson(context, stack);
    else context.terminal.out.print([`No changes. ${name} has it already.`]);
    return EXIT.ok;
  }
  const { fields, question } = wanted;
  if (stack.phase === 'Destroyed') throw destroyed(stack, fields);
  const request = { location: stack.location, ...fields };
  return carryOut(context, { name, request, asked: { ...fields } }, question);
}

/** A destroyed stack has nothing to change. Creating it again needs its own command. */
const destroyed = ({ name, location }: StackDetail, { components = [] }: Change['fields']): CliError =>
  new CliError(EXIT.conflict, {
    code: 'STACK_NOT_PROVISIONED',
    message: `${name} is destroyed.`,
    remedies: [
      {
        action: 'provisionStack',
        arguments: { name, location, ...(components.length > 0 && { components }) },
        text: 'Create it again.',
      },
    ],
  });

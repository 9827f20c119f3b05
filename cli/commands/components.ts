import type { CatalogueView } from '../../lib/api/service.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { manual } from '../../lib/domain/remedies.ts';
import { chooseStack, type Context } from '../context.ts';
import { CliError, EXIT, usageError, type ExitCode } from '../exit.ts';
import { stackRequestOf } from '../request.ts';
import { carryOut } from './provision.ts';

/**
 * Adds a component to a stack that is up; what it has already goes on undisturbed. With `--replace` it takes the
 * place of the component in its slot.
 */
export async function addComponent(context: Context, [given = '']: string[]): Promise<ExitCode> {
  const added = given.toLowerCase();
  const { value: catalogue } = await context.api('readCatalogue');
  return change(context, (components) => {
    const present = inSlotOf(catalogue, added, components);
    if (present === undefined) return { components: [...components, added], question: `Add ${added}?` };
    if (context.options.replace !== true) throw slotTaken(catalogue, added, present);
    return {
      components: [...components.filter((name) => name !== present), added],
      question: `Put ${added} in place of ${present}, whose data in the cluster is removed?`,
    };
  });
}

/** The component of a stack that is in the slot of another one. */
function inSlotOf(
  { components }: CatalogueView,
  added: string,
  present: readonly string[],
): string | undefined {
  const slotOf = (wanted: string) => components.find(({ name }) => name === wanted)?.slot;
  const slot = slotOf(added);
  return slot === undefined ? undefined : present.find((name) => name !== added && slotOf(name) === slot);
}

function slotTaken({ components }: CatalogueView, added: string, present: string): CliError {
  const titleOf = (wanted: string) => components.find(({ name }) => name === wanted)?.title ?? wanted;
  const slot = components.find(({ name }) => name === added)?.slot?.replaceAll('-', ' ') ?? '';
  return new CliError(EXIT.usage, {
    code: 'SLOT_TAKEN',
    message: `${titleOf(present)} and ${titleOf(added)} are both a ${slot}, of which a stack has one.`,
    remedies: [manual(`Add --replace to put ${added} in place of ${present}.`)],
  });
}

/** Removes a component and its data from a stack that is up. The server refuses it while others need it. */
export const removeComponent = (context: Context, [component = '']: string[]): Promise<ExitCode> =>
  change(context, (components) => {
    const kept = components.filter((name) => name !== component.toLowerCase());
    if (kept.length === components.length)
      throw usageError(`This stack has no ${component}.`, `It has ${components.join(', ')}.`);
    return { components: kept, question: `Remove ${component}, with the data it keeps in the cluster?` };
  });

interface Change {
  components: string[];
  question: string;
}

async function change(context: Context, next: (components: string[]) => Change): Promise<ExitCode> {
  const { api, options, terminal } = context;
  if (options.yes !== true && !terminal.canAsk)
    throw usageError('--yes must be given: nothing can be asked here.', 'Add --yes.');
  const name = await chooseStack(context, undefined);
  const { value: stack } = await api('getStack', { params: { name } });
  const { components, question } = next(stack.spec.components);
  if (stack.phase === 'Destroyed') throw destroyed(stack, components);
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

import type { CatalogueView } from '../../lib/api/service.ts';
import { quote } from '../../lib/domain/quote.ts';
import { changeStack } from '../change-stack.ts';
import { typedWith } from '../consent.ts';
import type { Context } from '../context.ts';
import { runCommand } from '../complaint.ts';
import { CliError, EXIT, usageError, type ExitCode } from '../exit.ts';

/** Adds a component to a stack. With `--replace` it replaces the component in its slot. */
export async function addComponent(context: Context, [given = '']: string[]): Promise<ExitCode> {
  const added = given.toLowerCase();
  const { value: catalogue } = await context.api('readCatalogue');
  return changeStack(context, ({ phase, spec: { components } }) => {
    if (phase === 'Ready' && components.includes(added)) return undefined;
    const present = inSlotOf(catalogue, added, components);
    if (present === undefined)
      return { fields: { components: [...components, added] }, question: `Add ${added}?` };
    if (context.options.replace !== true) throw slotTaken(context, catalogue, added, present);
    return {
      fields: { components: [...components.filter((name) => name !== present), added] },
      question: `Replace ${present} with ${added}?`,
    };
  });
}

/** The component of a stack that fills the slot of another one. */
function inSlotOf(
  { components }: CatalogueView,
  added: string,
  present: readonly string[],
): string | undefined {
  const slotOf = (wanted: string) => components.find(({ name }) => name === wanted)?.slot;
  const slot = slotOf(added);
  return slot === undefined ? undefined : present.find((name) => name !== added && slotOf(name) === slot);
}

function slotTaken(
  context: Context,
  { components }: CatalogueView,
  added: string,
  present: string,
): CliError {
  const titleOf = (wanted: string) => components.find(({ name }) => name === wanted)?.title ?? wanted;
  const slot = components.find(({ name }) => name === added)?.slot?.replaceAll('-', ' ') ?? '';
  return new CliError(EXIT.usage, {
    code: 'SLOT_TAKEN',
    message: `${titleOf(present)} and ${titleOf(added)} both fill the slot ${slot}, and a stack has one of each.`,
    remedies: [runCommand(typedWith(context, '--replace'), `Replace ${present} with ${added}.`)],
  });
}

/** Removes a component and its data from a stack. The server refuses it while other components need it. */
export const removeComponent = (context: Context, [given = '']: string[]): Promise<ExitCode> =>
  changeStack(context, ({ name: stack, spec: { components } }) => {
    const removed = given.toLowerCase();
    const kept = components.filter((name) => name !== removed);
    if (kept.length === components.length)
      throw usageError(`${stack} has no component ${quote(given)}.`, `It has ${components.join(', ')}.`);
    return { fields: { components: kept }, question: `Remove ${removed}?` };
  });

import { quote } from '../../lib/domain/quote.ts';
import { changeStack } from '../change-stack.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { table } from '../render/table.ts';

/** Makes somebody a member of a stack. The server finds out who that is. */
export const addMember = (context: Context, [person = '']: string[]): Promise<ExitCode> =>
  changeStack(context, ({ members }) => ({
    fields: { members: [...members.map(({ id }) => id), person] },
    question: `Let ${person} use it?`,
  }));

/** Removes a member of a stack, by name or object id. */
export const removeMember = (context: Context, [person = '']: string[]): Promise<ExitCode> =>
  changeStack(context, ({ name: stack, members }) => {
    const wanted = person.toLowerCase();
    const isWanted = ({ id, name }: (typeof members)[number]) =>
      [id, name, name.split('@')[0]].some((word) => word?.toLowerCase() === wanted);
    const [found, ...more] = members.filter(isWanted);
    if (found === undefined)
      throw usageError(
        `${stack} has no member ${quote(person)}.`,
        members.length === 0 ? 'It has none.' : `It has ${members.map(({ name }) => name).join(', ')}.`,
      );
    if (more.length > 0)
      throw usageError(
        `${stack} has several members called ${quote(person)}.`,
        'Use the object id of one of them: `matcha member list` shows it.',
      );
    const others = members.filter((member) => member !== found);
    return { fields: { members: others.map(({ id }) => id) }, question: `Remove ${found.name}?` };
  });

/** Prints the owner and the members of a stack. */
export async function listMembers(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { owner, members } = (await api('getStack', { params: { name } })).value;
  if (options.json === true) printJson(context, { owner, members });
  else {
    const people = [owner, ...members].map((person, index) => ({
      ...person,
      is: index === 0 ? 'owner' : 'member',
    }));
    const columns = [
      { title: 'NAME', text: (person: (typeof people)[number]) => person.name, wraps: true as const },
      { title: 'IS', text: (person: (typeof people)[number]) => person.is },
      { title: 'OBJECT ID', text: (person: (typeof people)[number]) => person.id },
    ];
    terminal.out.print(table(columns, people, terminal.out.look));
  }
  return EXIT.ok;
}

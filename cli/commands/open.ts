import { connect } from 'node:net';
import { browserOf, openInBrowser } from '../browser.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { addressesOf, isLocal } from '../render/outputs.ts';
import { wrap } from '../render/text.ts';
import { stackAndTool, type Tool } from '../stack-tools.ts';

interface Address {
  tool: string;
  title: string;
  url: string;
}

/**
 * Opens a tool in the browser, and prints its address. Without a terminal or a browser it only prints. The address of a
 * private tool answers while `matcha connect` runs.
 */
export async function open(context: Context, args: string[]): Promise<ExitCode> {
  const { options, terminal } = context;
  const { name, tool, tools } = await stackAndTool(context, args);
  const addresses = await addressesAt(context, name, tools);
  const wanted = tool === undefined ? addresses : addresses.filter((address) => address.tool === tool.name);
  if (wanted.length === 0) throw nothingToOpen(name, tool, addresses);
  if (options.json === true) {
    printJson(context, { stack: name, addresses: wanted });
    return EXIT.ok;
  }
  const isAtTerminal = terminal.canRedraw && process.stdout.isTTY;
  const chosen = isAtTerminal && terminal.canAsk && wanted.length > 1 ? [await choice(wanted)] : wanted;
  terminal.out.print(chosen.map(({ url }) => url));
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) await openOne(context, name, only, isAtTerminal);
  return EXIT.ok;
}

async function openOne(
  { terminal: { err } }: Context,
  stack: string,
  { title, url }: Address,
  isAtTerminal: boolean,
): Promise<void> {
  const say = (text: string) => err.print(wrap(text, err.look.width));
  if (isLocal(url) && !(await answers(new URL(url))))
    say(
      `${title} is private, and nothing serves it here yet: \`matcha connect ${stack}\` does, until Ctrl-C.`,
    );
  else if (isAtTerminal && browserOf(process.platform, process.env) !== undefined)
    say((await openInBrowser(url)) ? `${title} opens in the browser.` : 'No browser can be started.');
}

/** The addresses of the tools that can be opened, in the order of the outputs. */
async function addressesAt(context: Context, name: string, tools: readonly Tool[]): Promise<Address[]> {
  const { value: outputs } = await context.api('getOutputs', { params: { name }, query: { reveal: false } });
  return addressesOf(outputs).flatMap(({ resource, url }) => {
    const tool = tools.find(({ slot }) => slot === resource);
    return tool === undefined ? [] : [{ tool: tool.name, title: tool.title, url }];
  });
}

async function choice(addresses: readonly Address[]): Promise<Address> {
  const { askChoice } = await import('../prompts.ts');
  return askChoice(
    'Open what?',
    addresses.map((address) => ({ ...address, label: `${address.title}  ${address.url}` })),
  );
}

function nothingToOpen(stack: string, tool: Tool | undefined, addresses: readonly Address[]) {
  const names = addresses.map((address) => address.tool).join(', ');
  const advice = names === '' ? 'See what it has: `matcha get`.' : `These can be opened: ${names}.`;
  return usageError(`${tool?.title ?? stack} has nothing to open.`, advice, 'NOTHING_TO_OPEN');
}

const PROBE_MS = 500;

/** Whether something listens at the address. */
const answers = ({ hostname, port }: URL): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: PROBE_MS });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });

import type { ToolLogs } from '../../lib/api/logs.ts';
import { ApiError } from '../api.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { toolLogLines } from '../render/logs.ts';
import { stackAndTool } from '../stack-tools.ts';

/** Shows the latest log lines of a tool; without one, of every tool in the cluster. */
export async function logs(context: Context, args: string[]): Promise<ExitCode> {
  const { options, terminal } = context;
  const { name, tool, tools } = await stackAndTool(context, args);
  const read = async (component: string) =>
    (
      await context.api('readLogs', {
        params: { name, component },
        ...(options.tail !== undefined && { query: { tail: options.tail } }),
      })
    ).value;
  const found =
    tool === undefined
      ? (await Promise.all(tools.map((each) => ifAny(read(each.name))))).flat()
      : [await read(tool.name)];
  if (options.json === true) printJson(context, { stack: name, tools: found });
  else terminal.out.print(toolLogLines(found, terminal.out.look));
  return EXIT.ok;
}

/** Components such as a registry have no logs. */
async function ifAny(asked: Promise<ToolLogs>): Promise<ToolLogs[]> {
  try {
    return [await asked];
  } catch (error) {
    if (error instanceof ApiError && error.complaint.code === 'NO_LOGS') return [];
    throw error;
  }
}

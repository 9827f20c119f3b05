import type { ToolLogs } from '../../lib/api/logs.ts';
import { logLines } from './images.ts';
import { oneLine, type Look } from './text.ts';

/** The log of each container under its name. Lines are not cut. */
export function toolLogLines(tools: readonly ToolLogs[], { paint }: Look): string[] {
  const containers = tools.flatMap(({ containers }) => containers);
  if (containers.length === 0) return ['There is no pod yet.'];
  return containers.flatMap(({ pod, container, lines, reason }, index) => [
    ...(index === 0 ? [] : ['']),
    paint('bold', oneLine(`${pod} ${container}`)),
    ...(lines.length === 0 ? [paint('dim', oneLine(reason ?? 'Nothing is logged yet.'))] : []),
    ...lines.flatMap((line) => logLines(line)),
  ]);
}

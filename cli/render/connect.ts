import type { ClusterCredentials } from '../../lib/api/credentials.ts';
import { labeled, type Look } from './text.ts';

/** The tools of a connected stack, and how to use them. */
export function connectedLines(
  name: string,
  { forwards, models }: Pick<ClusterCredentials, 'forwards' | 'models'>,
  look: Look,
): string[] {
  const { paint } = look;
  const column = Math.max(7, ...forwards.map(({ title }) => title.length)) + 5;
  const rows: [string, string][] = [
    [
      'Shell',
      `\`eval "$(matcha env ${name} --show-sensitive)"\` in another terminal, then use zenml, mlflow and others`,
    ],
    ['Browser', `\`matcha get --stack ${name} --show-sensitive\` shows users and passwords`],
    ['Once', `\`matcha connect ${name} -- COMMAND\` runs one command with all of this`],
  ];
  return [
    `${paint('green', '✔')} ${paint('bold', `${name} is connected`)} until Ctrl-C`,
    ...forwards.map(({ title, url }) => `  ${title.padEnd(column - 2)}${paint('cyan', url)}`),
    ...(models === undefined
      ? []
      : [
          `  ${models.title.padEnd(column - 2)}${paint('cyan', `${models.url}/seldon/${models.namespace}/NAME/...`)}`,
        ]),
    ...rows.flatMap(([label, text]) => labeled(`  ${label}`, text, column, look)),
  ];
}

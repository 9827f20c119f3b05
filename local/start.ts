import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import { defaultCatalogue } from '../lib/components/default-catalogue.ts';
import { slackSettingsFrom, type SlackSettings } from '../lib/settings.ts';
import type { EmbeddedOptions, Local, ThreadedOptions } from './embedded.ts';
import { runProgram } from './flags.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { LOG_FORMATS, logToTerminal } from './log.ts';
import { FAULTS, faultText, parseFaults } from './named-faults.ts';
import { peopleText } from './people.ts';
import { UsageError } from './usage-error.ts';

const flags = {
  speed: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  kubeconfig: { type: 'string' },
  'allow-exec': { type: 'boolean' },
  'sign-in': { type: 'boolean' },
  faults: { type: 'string' },
  log: { type: 'string' },
  tables: { type: 'string' },
  'table-name': { type: 'string' },
} as const;

const HELP = `npm start -- [flags]   starts the control plane on a simulated Azure, until Ctrl-C

  --speed N          simulated seconds per real second (default 30; 1 with --kubeconfig, since its cluster is real)
  --port N           port of the control plane (default 7071; 0 chooses a free port)
  --data DIR         folder of the persistent state (default .matcha)
  --sign-in          people sign in to a simulated directory, instead of being the developer
  --faults LIST      what goes wrong, such as quota=Standard_D4s_v5,throttle=0.1 (below)
  --kubeconfig FILE  uses this cluster (kind, k3d, minikube) instead of a simulated one
  --allow-exec       runs the command that the kubeconfig names for credentials, without a question
  --log FORMAT       format of the log: text (default) or json
  --tables URL       connection string of an existing table service (default: starts Azurite)
  --table-name NAME  name of the table (default matchastacks)

Faults, until the next start without them:

${FAULTS.map(([form, summary]) => `  ${form.padEnd(17)}  ${summary}`).join('\n')}
  seed=N             makes the choices of P, a share of the requests from 0 to 1, repeatable
`;

await runProgram({ flags, help: HELP }, async (values) => {
  const file = values.kubeconfig;
  const kubeconfig = file === undefined ? undefined : await read(file);
  const faults =
    values.faults === undefined ? undefined : parseFaults(values.faults, defaultCatalogue.components);
  const speed = numberOf(
    '--speed',
    values.speed,
    kubeconfig === undefined ? 30 : 1,
    isSpeed,
    'above 0, up to 1000',
  );
  const port = numberOf('--port', values.port, 7071, isPort, 'from 0 to 65535');
  const log = LOG_FORMATS.find((format) => format === (values.log ?? 'text'));
  if (log === undefined) throw new UsageError(`--log must be text or json, not "${values.log ?? ''}".`);
  checkTables(values.tables, values['table-name']);
  if (faults?.faults.some(({ name }) => name === 'tables') && values.tables !== undefined)
    throw new UsageError('The fault tables works with the own table service only. Leave out --tables.');
  if (faults?.faults.some(({ name }) => name === 'stuck') && kubeconfig !== undefined)
    throw new UsageError('The fault stuck works with a simulated cluster only. Leave out --kubeconfig.');
  const slack = slackSettings();
  const data = values.data ?? '.matcha';
  makeFolder(data);
  if (kubeconfig !== undefined && values['allow-exec'] === undefined) await askToRun(kubeconfig);
  const existing = file !== undefined && kubeconfig !== undefined ? await check(file, kubeconfig) : undefined;

  const embedded = await start(port, {
    speed,
    port,
    data: resolve(data),
    log: logToTerminal(log),
    ...(existing !== undefined && { kubeconfig: existing }),
    ...(faults !== undefined && { faults }),
    ...(slack && { slack }),
    ...(values['sign-in'] === true && { signIn: true }),
    ...(values.tables !== undefined && { tables: values.tables }),
    ...(values['table-name'] !== undefined && { tableName: values['table-name'] }),
    ...(process.env['MATCHA_TRACE'] !== undefined && { trace: process.env['MATCHA_TRACE'] }),
  });
  const { recovered } = embedded.host;
  const lines = [
    `Matcha is up at ${embedded.url} on a simulated Azure, ${speed} times as fast as real time.`,
    ...(recovered === 0 ? [] : [`  Resumed   ${recovered} unfinished orchestrations`]),
    ...(slack ? ['  Slack     is on; docs/chat.md tells how it reaches this machine'] : []),
    ...(embedded.issuer === undefined ? [] : ['  Sign-in   matcha login', `  People    ${peopleText()}`]),
    ...(faults === undefined ? [] : [`  Faults    ${faultText(faults)}`]),
    '  Next      matcha provision demo --location uksouth --preset llm',
    '            (npm install --global ./cli installs the command)',
    `  Ctrl-C    stops it. The state stays in ${data}.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void embedded.close().then(() => process.exit(0)));
});

/** A workspace of Slack, from the environment. */
function slackSettings(): SlackSettings | undefined {
  try {
    return slackSettingsFrom(process.env);
  } catch {
    throw new UsageError(
      'Slack needs MATCHA_SLACK_SIGNING_SECRET and MATCHA_SLACK_BOT_TOKEN, and neither may be empty.',
    );
  }
}

async function read(file: string): Promise<Kubeconfig> {
  const { readKubeconfig } = await import('./kubeconfig.ts');
  return readKubeconfig(file);
}

async function check(file: string, kubeconfig: Kubeconfig): Promise<Kubeconfig> {
  const { checkCluster } = await import('./cluster-check.ts');
  return checkCluster(file, kubeconfig);
}

function isSpeed(value: number): boolean {
  return value > 0 && value <= 1000;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function numberOf(
  flag: string,
  text: string | undefined,
  otherwise: number,
  isValid: (value: number) => boolean,
  range: string,
): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!isValid(value)) throw new UsageError(`${flag} must be a number ${range}, not "${text ?? ''}".`);
  return value;
}

function checkTables(connection: string | undefined, name: string | undefined): void {
  if (connection !== undefined && !/^https:\/\/|^UseDevelopmentStorage=|(^|;)AccountName=/i.test(connection))
    throw new UsageError('--tables must be a connection string of a storage account, or an https address.');
  // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#table-names
  if (name !== undefined && !/^[A-Za-z][A-Za-z0-9]{2,62}$/.test(name))
    throw new UsageError(
      `--table-name must be 3 to 63 letters and digits, and start with a letter, not "${name}".`,
    );
}

function makeFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `The folder ${data} cannot be made: ${(error as Error).message}. Choose another with --data.`,
    );
  }
}

/** A kubeconfig may name any program of this machine, and the file may come from somebody else. */
async function askToRun({ command }: Kubeconfig): Promise<void> {
  if (command === undefined) return;
  const what = `To get credentials, the kubeconfig runs this command on your machine:\n\n  ${command}\n\n`;
  if (!process.stdin.isTTY)
    throw new UsageError(`${what}Nothing was run. If you trust the file, add --allow-exec.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${what}Run it? (y/N) `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was run, and Matcha was not started.');
}

async function start(
  port: number,
  options: ThreadedOptions & Pick<EmbeddedOptions, 'kubeconfig'>,
): Promise<Local> {
  // Loading it takes a second, which a wrong flag should not.
  const { startEmbedded, startThreaded } = await import('./embedded.ts');
  try {
    return await (options.kubeconfig === undefined ? startThreaded(options) : startEmbedded(options));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new UsageError(`Port ${port} is in use by another program. Choose another with --port.`);
    if (code === 'EACCES') throw new UsageError(`Port ${port} may not be used. Choose another with --port.`);
    throw error;
  }
}

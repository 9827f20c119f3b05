import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from './embedded.ts';
import { LOG_FORMATS, logToTerminal } from './log.ts';

const { values } = parseArgs({
  options: {
    speed: { type: 'string' },
    port: { type: 'string', default: '7071' },
    data: { type: 'string', default: '.matcha' },
    kubeconfig: { type: 'string' },
    tables: { type: 'string' },
    'table-name': { type: 'string' },
    log: { type: 'string', default: 'text' },
    help: { type: 'boolean', short: 'h' },
  },
});

const HELP = `npm start -- [options]   starts the control plane on a simulated Azure, until Ctrl-C

  --speed N      simulated seconds per real second (default 30; 1 with --kubeconfig, since its cluster is real)
  --port N       port of the control plane (default 7071; 0 chooses a free port)
  --data DIR     folder of the persistent state (default .matcha)
  --kubeconfig F uses this cluster (kind, k3d, minikube) instead of a simulated one
  --log FORMAT   format of the log: text (default) or json
  --tables URL   connection string of an existing table service (default: starts Azurite)
`;

if (values.help === true) {
  process.stdout.write(HELP);
  process.exit(0);
}

const speed = Number(values.speed ?? (values.kubeconfig === undefined ? 30 : 1));
const port = Number(values.port);
if (!(speed > 0) || !Number.isInteger(port)) {
  process.stderr.write(`--speed must be a positive number and --port an integer.\n\n${HELP}`);
  process.exit(2);
}

const log = LOG_FORMATS.find((format) => format === values.log);
if (log === undefined) {
  process.stderr.write(`--log must be text or json.\n\n${HELP}`);
  process.exit(2);
}

const embedded = await startEmbedded({
  speed,
  port,
  data: resolve(values.data),
  log: logToTerminal(log),
  ...(values.kubeconfig !== undefined && { kubeconfig: values.kubeconfig }),
  ...(values.tables !== undefined && { tables: values.tables }),
  ...(values['table-name'] !== undefined && { tableName: values['table-name'] }),
  ...(process.env['MATCHA_TRACE'] !== undefined && { trace: process.env['MATCHA_TRACE'] }),
});
const { recovered } = embedded.host;
const lines = [
  `Matcha is up at ${embedded.url} on a simulated Azure, ${speed} times as fast as real time.`,
  ...(recovered === 0 ? [] : [`  Resumed   ${recovered} unfinished orchestrations`]),
  '  Next      matcha provision demo --location uksouth --preset llm',
  '            (npm install --global ./cli installs the command)',
  `  Ctrl-C    stops it. The state stays in ${values.data}.`,
];
process.stdout.write(`${lines.join('\n')}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void embedded.close().then(() => process.exit(0)));
}

import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { labeled } from '../render/text.ts';
import { version } from '../version.ts';

/** Checks the connection to the server. Rejects with the reason when no server answers. */
export async function doctor(context: Context): Promise<ExitCode> {
  const { api, server, config, options, terminal } = context;
  const startedAt = performance.now();
  const { value: health } = await api('readHealth');
  const milliseconds = Math.round(performance.now() - startedAt);
  const { look, print } = terminal.out;
  if (options.json === true) {
    printJson(context, { server, health, milliseconds, cli: version, node: process.version });
    return EXIT.ok;
  }
  const facts: [label: string, text: string][] = [
    ['Server', `${server}, ${health.status}, answered in ${milliseconds} ms`],
    ['Version', `server ${health.version}, command ${version}, Node ${process.version}`],
    ['Stack', config.stack ?? 'none chosen in this directory'],
  ];
  print(facts.flatMap(([label, text]) => labeled(`✔ ${label}`, text, 12, look)));
  return EXIT.ok;
}

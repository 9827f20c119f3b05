import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './flags.ts';
import { logProblems } from './log.ts';
import { UsageError } from './usage-error.ts';

/** Simulated seconds per real second. A provision of seven minutes takes less than twenty seconds. */
const SPEED = 30;

/** The commands of the demo. */
const COMMANDS = [
  ['provision', 'demo', '--location', 'uksouth', '--preset', 'llm', '--yes'],
  ['list'],
  ['status', 'demo', '--timeline'],
  ['get'],
  ['destroy', 'demo', '--yes'],
  ['events', 'demo', '--receipt'],
];

const HELP = `npm run quickstart   shows a demo on a simulated Azure; it has no flags. npm start runs until Ctrl-C.
`;

await runProgram({ flags: {}, help: HELP }, demo);

async function demo(): Promise<void> {
  const cli = join(import.meta.dirname, '..', 'cli', 'dist', 'matcha.mjs');
  if (!existsSync(cli)) throw new UsageError('The command is not built. Run `npm run build` first.');

  const print = (text: string) => process.stdout.write(`${text}\n`);
  const { MATCHA_TRACE: trace } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'matcha-quickstart-'));
  const startedAt = performance.now();

  print(`Matcha on a simulated Azure, ${SPEED} times as fast as real time. Nothing leaves this machine.`);
  const { startEmbedded } = await import('./embedded.ts');
  const embedded = await startEmbedded({
    speed: SPEED,
    log: logProblems,
    ...(trace !== undefined && { trace }),
  });
  // Ctrl-C reaches the command too, which says that the operation goes on. Here it does not.
  const ended = new AbortController();
  process.on('SIGINT', () => ended.abort());
  try {
    for (const words of COMMANDS) {
      print(`\n$ matcha ${words.join(' ')}`);
      const child = spawn(process.execPath, [cli, ...words], {
        cwd: folder,
        env: { ...process.env, MATCHA_URL: embedded.url },
        stdio: 'inherit',
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) {
        process.exitCode = code ?? 1;
        if (ended.signal.aborted) print('The demo ends here: its simulated Azure is gone, and demo with it.');
        break;
      }
    }
  } finally {
    await embedded.close();
    rmSync(folder, { recursive: true });
  }
  if (process.exitCode === undefined) {
    print(
      `\nThe demo took ${Math.round((performance.now() - startedAt) / 1000)} s. To start your own control plane: npm start`,
    );
  }
}

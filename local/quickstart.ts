import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from './embedded.ts';
import { logToTerminal } from './log.ts';

/** Simulated seconds in a real one: a stack that takes seven minutes on Azure is watched in twenty seconds. */
const SPEED = 30;

/** The life of a stack, as somebody types it. */
const LIFE = [
  ['provision', 'demo', '--location', 'uksouth', '--preset', 'llm', '--yes'],
  ['list'],
  ['status', 'demo', '--timeline'],
  ['get'],
  ['destroy', 'demo', '--yes'],
  ['events', 'demo', '--receipt'],
];

const cli = join(import.meta.dirname, '..', 'cli', 'dist', 'matcha.mjs');
if (!existsSync(cli)) throw new Error('The command is not built yet: run `npm run build` first.');

const say = (text: string) => process.stdout.write(`${text}\n`);
const { MATCHA_TRACE: trace } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'matcha-quickstart-'));
const began = performance.now();

say(`Matcha on a simulated Azure, ${SPEED} times as fast as real time. Nothing leaves this machine.`);
const embedded = await startEmbedded({
  speed: SPEED,
  log: logToTerminal,
  ...(trace !== undefined && { trace }),
});
try {
  for (const words of LIFE) {
    say(`\n$ matcha ${words.join(' ')}`);
    const child = spawn(process.execPath, [cli, ...words], {
      cwd: folder,
      env: { ...process.env, MATCHA_URL: embedded.url },
      stdio: 'inherit',
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) {
      process.exitCode = code ?? 1;
      break;
    }
  }
} finally {
  await embedded.close();
  rmSync(folder, { recursive: true });
}
if (process.exitCode === undefined) {
  say(`\nThat was a whole life in ${Math.round((performance.now() - began) / 1000)} s. Now yours: npm start`);
}

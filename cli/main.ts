import { unsupportedNode } from './node-version.ts';

// An old Node.js must be able to parse this file and say what is wrong: only old syntax here, no imports of
// what an old Node.js lacks, and everything else is loaded after the check.
const unsupported = unsupportedNode(process.versions.node);
if (unsupported === undefined) {
  void run();
} else {
  process.stderr.write(`${unsupported}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { enableCompileCache } = await import('node:module');
  // Before anything else is loaded: the cache only helps modules that come after it.
  enableCompileCache();

  // `matcha list | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });

  const { runCommandLine } = await import('./program.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}

import { unsupportedNode } from './node-version.ts';

// An old Node.js must parse this file to report the error: no new syntax or new imports here. Everything else
// is loaded after the check.
const unsupported = unsupportedNode(process.versions.node);
if (unsupported === undefined) {
  void run();
} else {
  process.stderr.write(`${unsupported}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { enableCompileCache } = await import('node:module');
  // The cache works only for modules that are loaded after this call.
  enableCompileCache();

  // `matcha list | head` closes the pipe early; that is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });

  const { runCommandLine } = await import('./program.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}

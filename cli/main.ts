import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the cache only helps modules that come after it.
enableCompileCache();

// `matcha list | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { runCommandLine } = await import('./program.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));

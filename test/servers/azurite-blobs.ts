// Runs Azurite's blob service as a child process, which ends with its parent.
import { createRequire } from 'node:module';

process.once('disconnect', () => process.emit('SIGINT'));
createRequire(import.meta.url)('azurite/dist/src/blob/main.js');

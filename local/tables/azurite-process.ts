// Runs Azurite's table service as a child process. It saves its data and exits when the parent disconnects or exits.
import { createRequire } from 'node:module';

process.once('disconnect', () => process.emit('SIGINT'));
createRequire(import.meta.url)('azurite/dist/src/table/main.js');

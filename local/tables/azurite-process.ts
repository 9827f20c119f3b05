// Runs Azurite's table service as a child: it closes, and saves what it holds, when its parent is gone.
import { createRequire } from 'node:module';

process.once('disconnect', () => process.emit('SIGINT'));
createRequire(import.meta.url)('azurite/dist/src/table/main.js');

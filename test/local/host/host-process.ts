/** A host in a separate process: `node host-process.ts DATABASE`. Prints its URL when it is ready. */
import { createClock } from '../../../local/clock.ts';
import { startHost } from '../../../local/host/index.ts';

const [, , database = ':memory:'] = process.argv;
const host = await startHost(() => import('./app.ts'), { clock: createClock(1000), database });
process.stdout.write(`${host.url}\n`);
process.once('SIGTERM', () => void host.stop());

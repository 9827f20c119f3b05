// A control plane in a process of its own that dies by SIGKILL while Azure or Kubernetes answers its n-th request.
import { startEmbedded } from '../../local/embedded.ts';

const { data, tables, tableName, dieAfter } = JSON.parse(process.argv[2] ?? '{}') as {
  data: string;
  tables: string;
  tableName: string;
  dieAfter: number;
};

let requests = 0;
const embedded = await startEmbedded({
  speed: 150,
  data,
  tables,
  tableName,
  trace() {
    requests += 1;
    if (requests === dieAfter) process.kill(process.pid, 'SIGKILL');
  },
});
process.send?.({ url: embedded.url });
process.once('SIGTERM', () => void embedded.close().then(() => process.exit(0)));

// A control plane in a separate process. It is killed with SIGKILL during its n-th request to Azure or Kubernetes.
import type { SlackSettings } from '../../lib/settings.ts';
import { startEmbedded } from '../../local/embedded.ts';

const { data, tables, tableName, slack, killAfter } = JSON.parse(process.argv[2] ?? '{}') as {
  data: string;
  tables: string;
  tableName: string;
  slack?: SlackSettings;
  killAfter: number;
};

let requests = 0;
const embedded = await startEmbedded({
  speed: 150,
  data,
  tables,
  tableName,
  ...(slack && { slack }),
  trace() {
    requests += 1;
    if (requests === killAfter) process.kill(process.pid, 'SIGKILL');
  },
});
process.send?.({ url: embedded.url });
process.once('SIGTERM', () => void embedded.close().then(() => process.exit(0)));

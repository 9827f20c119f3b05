import { sleep } from '../../local/clock.ts';
import type { Embedded } from '../../local/embedded.ts';
import type { TableProxy } from '../../local/tables/proxy.ts';
import { faultName, type Incident, type TableAnswer } from './incidents.ts';

interface Surroundings extends Pick<Embedded, 'azure' | 'kubernetes' | 'clock' | 'faults'> {
  proxy: TableProxy;
  onStart: (name: string) => void;
}

/** How long a table request hangs before its connection closes, in simulated milliseconds. */
const HANG = 20_000;

/** Returns a function that starts the incidents that are due at a number of requests. */
export function incidentsByRequest(
  incidents: readonly Incident[],
  { azure, kubernetes, clock, faults, proxy, onStart }: Surroundings,
): (requests: number) => void {
  let waiting = [...incidents];
  let tables: { answer: TableAnswer; until: number } | undefined;

  proxy.fault = async ({ path }) => {
    if (tables === undefined || clock.now() > tables.until) return undefined;
    switch (tables.answer) {
      case 'unavailable':
        return 503;
      case 'conflict':
        return path.includes('$batch') ? 409 : undefined;
      case 'answer lost':
        return 'lose-answer';
      case 'request lost':
        return 'lose-request';
      case 'hangs':
        await sleep(clock, HANG);
        return 'lose-request';
    }
  };

  function start(incident: Incident): void {
    onStart(faultName(incident));
    switch (incident.kind) {
      case 'kill':
        process.kill(process.pid, 'SIGKILL');
        return;
      case 'request':
        faults.add({ ...incident, path: new RegExp(incident.path, 'i') });
        return;
      case 'operation':
        azure.injectFault({ ...incident, resource: new RegExp(incident.resource, 'i') });
        return;
      case 'image':
        kubernetes.breakImage(new RegExp(incident.pattern), incident.reason);
        clock.after(incident.seconds * 1000, () => kubernetes.repairImages());
        return;
      case 'tables':
        tables = { answer: incident.answer, until: clock.now() + incident.seconds * 1000 };
    }
  }

  return (requests) => {
    const due = waiting.filter(({ at }) => at <= requests);
    waiting = waiting.filter(({ at }) => at > requests);
    due.forEach(start);
  };
}

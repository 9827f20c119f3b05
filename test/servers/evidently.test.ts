import { expect, test } from 'vitest';
import { listAt } from '../../lib/components/canary.ts';
import { describeServer } from './describe-server.ts';
import { pipelines, runPython } from './python.ts';
import type { Server } from './server.ts';

const HOST = 'evidently.evidently.svc.cluster.local:8000';

/** How many columns have drifted, as the server reads the report. */
async function driftedColumns(server: Server, project: string, report: string): Promise<unknown> {
  const path = `/api/projects/${project}/${report}/download?report_format=json`;
  const { body } = await server.send({ method: 'GET', path, host: HOST });
  return listAt(body, 'metrics').find((metric) => JSON.stringify(metric).includes('DriftedColumnsCount'));
}

describeServer('evidently', (server) => {
  let ids: { project: string; report: string };

  test('the Python client of a pipeline sends a report', async () => {
    ids = (await runPython(pipelines(), 'evidently_client.py', [server().url], {
      HOME: server().sandbox.folder,
      DO_NOT_TRACK: '1',
    })) as typeof ids;
    expect(await driftedColumns(server(), ids.project, ids.report)).toMatchObject({ value: { count: 1 } });
  });

  test('reports survive a crash', async () => {
    await server().crash();
    await server().start();
    expect(await driftedColumns(server(), ids.project, ids.report)).toMatchObject({ value: { count: 1 } });
  });
});

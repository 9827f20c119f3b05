import { expect, test } from 'vitest';
import type { PublicAccess } from '../../lib/domain/public-access.ts';
import { runPython } from './python.ts';
import { secretOf, type Server } from './server.ts';
import { describeServer } from './describe-server.ts';

const ACCESS: PublicAccess = {
  host: 'demo-abc123.uksouth.cloudapp.azure.com',
  allowFrom: ['203.0.113.0/24'],
  ports: [443, 8443],
};
const SEARCH = '/api/2.0/mlflow/experiments/search?max_results=1';

const search = (server: Server, host: string, credentials?: string) =>
  server.send({
    method: 'GET',
    path: SEARCH,
    host,
    ...(credentials !== undefined && { headers: { authorization: `Basic ${btoa(credentials)}` } }),
  });

const credentialsOf = ({ parts }: Server) => ({
  username: secretOf(parts, 'mlflow-auth', 'username'),
  password: secretOf(parts, 'mlflow-auth', 'password'),
});

describeServer(
  'mlflow',
  (server) => {
    test('the server requires credentials for every allowed host', async () => {
      for (const host of [`${ACCESS.host}:8443`, 'localhost:5237', 'mlflow.mlflow.svc.cluster.local:5000']) {
        expect((await search(server(), host)).status).toBe(401);
      }
      expect((await search(server(), 'evil.example:8443')).status).toBe(403);
    });

    test('the server accepts the generated credentials but not the default ones', async () => {
      const { username, password } = credentialsOf(server());
      expect((await search(server(), `${ACCESS.host}:8443`, `${username}:${password}`)).status).toBe(200);
      expect((await search(server(), `${ACCESS.host}:8443`, 'admin:password1234')).status).toBe(401);
    });

    test('the Python client works with the credentials', async () => {
      const { username, password } = credentialsOf(server());
      const written = runPython(server().bin, 'mlflow_client.py', [server().url, 'write'], {
        HOME: server().sandbox.folder,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_TRACKING_USERNAME: username,
        MLFLOW_TRACKING_PASSWORD: password,
      });
      expect(await written).toMatchObject({ status: 'FINISHED', note: 'a model was here' });
    });
  },
  ACCESS,
);

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { selfSigned } from '../../lib/activities/certificate.ts';
import { freePort } from '../helpers/free-port.ts';

const TENANT = '11111111-2222-3333-4444-555555555555';
const LOGIN = 'login.microsoftonline.com';

export type Storage = Awaited<ReturnType<typeof startStorage>>;

/**
 * Azurite in place of a storage account, under the account's real name, over TLS and with Entra tokens only. Clients
 * keep their settings: they reach it through a proxy, as on a network without a direct way out, and trust its
 * certificate.
 */
export async function startStorage(account: string, containers: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'matcha-storage-'));
  const host = `${account}.blob.core.windows.net`;
  const { certificate, key } = await selfSigned({ hosts: [host, LOGIN], years: 1 }, Date.now());
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const cert = file('certificate.pem', certificate);
  const keyFile = file('key.pem', key);

  const port = await freePort();
  const blobs = join(folder, 'blobs');
  mkdirSync(blobs);
  const azurite = fork(
    join(import.meta.dirname, 'azurite-blobs.ts'),
    [
      ...['--silent', '--skipApiVersionCheck', '--disableTelemetry', '--location', blobs],
      ...['--blobPort', String(port), '--oauth', 'basic', '--cert', cert, '--key', keyFile],
    ],
    {
      env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${randomBytes(32).toString('base64')}` },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    },
  );
  await listening(port);
  const login = createTlsServer({ cert: certificate, key }, signIn);
  const loginPort = await listen(login);
  const proxy = tunnel({ [`${host}:443`]: port, [`${LOGIN}:443`]: loginPort });
  const proxyPort = await listen(proxy);

  const send = (method: string, path: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${tokenFor('https://storage.azure.com')}` };
      const version = { 'x-ms-version': '2024-11-04', 'content-length': '0' };
      request({
        ...{ host: '127.0.0.1', port, servername: host, ca: certificate, method, path },
        headers: { ...headers, ...version },
      })
        .on('error', reject)
        .on('response', (response: IncomingMessage) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        })
        .end();
    });
  for (const container of containers) {
    const { status, text } = await send('PUT', `/${container}?restype=container`);
    if (status !== 201) throw new Error(`Creating the container ${container}: ${status} ${text}`);
  }

  const token = file('federated-token', 'header.payload.signature');
  return {
    account,
    /** The variables with which a process finds the storage account. */
    network: {
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      NO_PROXY: 'localhost,127.0.0.1',
      REQUESTS_CA_BUNDLE: cert,
      SSL_CERT_FILE: cert,
    },
    /** The variables that the webhook of workload identity adds to a pod. */
    identity: (clientId: string) => ({
      AZURE_CLIENT_ID: clientId,
      AZURE_TENANT_ID: TENANT,
      AZURE_FEDERATED_TOKEN_FILE: token,
      AZURE_AUTHORITY_HOST: `https://${LOGIN}/`,
    }),
    /** The names of the blobs in a container. */
    async list(container: string): Promise<string[]> {
      const { text } = await send('GET', `/${container}?restype=container&comp=list`);
      return [...text.matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, name = '']) => name);
    },
    async remove(): Promise<void> {
      for (const server of [proxy, login]) {
        server.closeAllConnections();
        server.close();
      }
      azurite.disconnect();
      await once(azurite, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A proxy that opens tunnels to local ports in place of the named hosts, and to nothing else. */
function tunnel(ports: Record<string, number>) {
  return createServer().on('connect', ({ url = '' }: IncomingMessage, client) => {
    const port = ports[url];
    if (port === undefined) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
}

/** The part of Entra that the clients call: what they discover, and a token for a federated credential. */
function signIn(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const answer = (body: object) =>
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const base = `https://${LOGIN}/${TENANT}`;
  const endpoints = {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
  };
  const path = incoming.url ?? '';
  if (path.includes('/discovery/instance'))
    return void answer({
      tenant_discovery_endpoint: `${base}/v2.0/.well-known/openid-configuration`,
      metadata: [{ preferred_network: LOGIN, preferred_cache: LOGIN, aliases: [LOGIN] }],
    });
  if (path.includes('/.well-known/')) return void answer({ ...endpoints, issuer: `${base}/v2.0` });
  if (path.endsWith('/oauth2/v2.0/token')) {
    const access_token = tokenFor('https://storage.azure.com');
    return void answer({ token_type: 'Bearer', expires_in: 3600, access_token });
  }
  outgoing.writeHead(404).end();
}

/** Azurite reads the claims of a token, and not its signature. */
function tokenFor(audience: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { aud: audience, iss: `https://sts.windows.net/${TENANT}/`, tid: TENANT, oid: TENANT };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const times = { iat: now - 60, nbf: now - 60, exp: now + 3600 };
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ ...claims, ...times })}.c2lnbmF0dXJl`;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function listening(port: number): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return;
    if (Date.now() > until) throw new Error('Azurite does not listen.');
    await setTimeout(50);
  }
}

import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiResponse } from './api.ts';

/** Sends text and bytes unchanged, and everything else as JSON. */
export function send(outgoing: ServerResponse, { status, headers = {}, body }: ApiResponse): void {
  const isRaw = typeof body === 'string' && headers['content-type'] !== undefined;
  const content = Buffer.isBuffer(body) || isRaw ? body : JSON.stringify(body ?? null);
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(content);
}

/** Answers an upgrade request without the upgrade. */
export function refuseUpgrade(socket: Duplex, { status, body }: ApiResponse): void {
  const content = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${String(Buffer.byteLength(content))}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${content}`);
}

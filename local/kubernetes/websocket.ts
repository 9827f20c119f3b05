import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's side of a WebSocket with binary messages. */
export interface WebSocket {
  /** `sent` is called when the client can take more. */
  send(message: Buffer, sent?: () => void): void;
  close(): void;
}

export interface Listeners {
  onMessage: (message: Buffer) => void;
  onClose: () => void;
}

const OPCODES = { continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 };
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export const isWebSocket = ({ headers }: IncomingMessage): boolean =>
  /\bwebsocket\b/i.test(headers.upgrade ?? '') && headers['sec-websocket-key'] !== undefined;

/** Answers an upgrade request with 101, and speaks RFC 6455 from then on. */
export function acceptWebSocket(
  { headers }: IncomingMessage,
  socket: Duplex,
  { protocol, head }: { protocol: string | undefined; head: Buffer },
  { onMessage, onClose }: Listeners,
): WebSocket {
  const key = headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);

  const close = () => {
    if (!socket.writableEnded) socket.end(frame(OPCODES.close, Buffer.from([0x03, 0xe8])));
  };
  let fragments: Buffer[] = [];
  const read = frameReader(({ opcode, isFinal, payload }) => {
    if (opcode === OPCODES.ping) socket.write(frame(OPCODES.pong, payload));
    else if (opcode === OPCODES.close) close();
    else if (opcode === OPCODES.binary || opcode === OPCODES.continuation) {
      fragments.push(payload);
      if (!isFinal) return;
      onMessage(Buffer.concat(fragments));
      fragments = [];
    }
  });
  socket.on('data', (chunk: Buffer) => {
    if (!read(chunk)) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.once('close', onClose);
  if (head.length > 0) socket.unshift(head);
  return {
    send(message, sent) {
      if (socket.writable) socket.write(frame(OPCODES.binary, message), () => sent?.());
    },
    close,
  };
}

interface Frame {
  opcode: number;
  isFinal: boolean;
  payload: Buffer;
}

/** A frame of a server, which is not masked. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = length < 126 ? Buffer.from([0, length]) : Buffer.alloc(length < 0x10000 ? 4 : 10, 0);
  header[0] = 0x80 | opcode;
  if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else if (header.length === 10) {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** Splits what a client sends into frames. Returns false for a frame that is not masked, which RFC 6455 forbids. */
function frameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => boolean {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2) {
      const [first = 0, second = 0] = rest;
      if ((second & 0x80) === 0) return false;
      const short = second & 0x7f;
      const lengthEnd = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < lengthEnd + 4) return true;
      const length =
        short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      const start = lengthEnd + 4;
      if (rest.length < start + length) return true;
      const mask = rest.subarray(lengthEnd, start);
      const payload = rest.subarray(start, start + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
      rest = rest.subarray(start + length);
      onFrame({ opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, payload: Buffer.from(payload) });
    }
    return true;
  };
}

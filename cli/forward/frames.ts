import { randomBytes } from 'node:crypto';

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The start of a message, or of the rest of one. Control frames may stand between the frames of a message. */
export interface Frame {
  opcode: number;
  payload: Buffer;
}

/** A whole message as a client sends it: one frame, masked with random bytes (RFC 6455, 5.3). */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 0x10000 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (length < 126 ? length : length < 0x10000 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  const masked = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) masked[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return Buffer.concat([header, mask, masked]);
}

/** The largest frame that is read, in bytes. The kubelet sends what it reads from a pod in pieces of 32 KiB. */
const LARGEST = 16 * 1024 * 1024;

/** Splits the bytes of a server into frames; `read` throws for bytes that are none. */
export function frameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < 2) return;
      const short = rest.readUInt8(1);
      if (short > 127) throw new Error('A frame of the server is masked.');
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < start) return;
      const length =
        start === 2 ? short : start === 4 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
      if (length > LARGEST) throw new Error('A frame of the server is too large.');
      if (rest.length < start + length) return;
      const opcode = rest.readUInt8(0) & 0x0f;
      const payload = rest.subarray(start, start + length);
      rest = rest.subarray(start + length);
      onFrame({ opcode, payload });
    }
  };
}

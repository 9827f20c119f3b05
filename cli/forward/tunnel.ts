import { Duplex } from 'node:stream';
import type { ApiServer } from './api-server.ts';
import { clientFrame, frameReader, OPCODES } from './frames.ts';
import type { PodPort } from './pod.ts';

/** The protocol of the kubelet for one WebSocket with a pair of channels for each port. */
const PROTOCOL = 'v4.channel.k8s.io';

/** The channels of the first port. Each begins with the number of the port, in two bytes. */
const DATA = 0;
const ERROR = 1;
const PORT_BYTES = 2;

/** Keeps idle connections alive through load balancers, in milliseconds. A server that does not answer is gone. */
const PING_EVERY = 20_000;

/**
 * Opens a connection to a port of a pod: a stream of its bytes. It is destroyed with an error when the pod refuses the
 * connection or the API server disappears. The protocol cannot close one direction only, so the end of either ends
 * both.
 */
export async function openTunnel(api: ApiServer, namespace: string, { pod, port }: PodPort): Promise<Duplex> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
  const { socket, head } = await api.upgrade(path, PROTOCOL);

  const send = (opcode: number, payload: Buffer, sent?: () => void) => {
    // The server may have ended the connection already.
    if (socket.writable) socket.write(clientFrame(opcode, payload), sent);
    else sent?.();
  };

  const tunnel = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      send(OPCODES.binary, Buffer.concat([Buffer.from([DATA]), chunk]), done);
    },
    final(done) {
      send(OPCODES.close, NORMAL_CLOSE);
      if (socket.writable) socket.end();
      done();
    },
    destroy(error, done) {
      clearInterval(pings);
      socket.destroy();
      done(error);
    },
  });

  let hasEnded = false;
  const ended = () => {
    if (!hasEnded && !tunnel.destroyed) tunnel.push(null);
    hasEnded = true;
  };
  let isAlive = true;
  const pings = setInterval(() => {
    // While the local side is slow, nothing is read, and so no answer either.
    if (socket.isPaused()) return;
    if (!isAlive) tunnel.destroy(new Error('The cluster does not answer anymore.'));
    isAlive = false;
    send(OPCODES.ping, Buffer.alloc(0));
  }, PING_EVERY);

  const receive = channelReader((channel, data) => {
    if (channel === ERROR) tunnel.destroy(new Error(data.toString('utf8')));
    else if (!tunnel.push(data)) socket.pause();
  });
  const read = frameReader(({ opcode, payload }) => {
    isAlive = true;
    if (opcode === OPCODES.ping) send(OPCODES.pong, payload);
    else if (opcode === OPCODES.close) ended();
    else if (opcode === OPCODES.binary || opcode === OPCODES.continuation) receive(opcode, payload);
  });
  const accept = (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      tunnel.destroy(error as Error);
    }
  };
  socket.on('data', accept);
  socket.once('end', ended);
  socket.once('error', (error: Error) => tunnel.destroy(error));
  socket.once('close', () => {
    clearInterval(pings);
    ended();
  });
  if (head.length > 0) accept(head);
  return tunnel;
}

/** The status code 1000. */
const NORMAL_CLOSE = Buffer.from([0x03, 0xe8]);

/** Finds the channel of each message in its first byte, and leaves out the numbers of the ports. */
function channelReader(onData: (channel: number, data: Buffer) => void) {
  const skipped = new Map<number, number>();
  let channel = DATA;
  return (opcode: number, payload: Buffer): void => {
    const isFirst = opcode === OPCODES.binary;
    if (isFirst) channel = payload[0] ?? DATA;
    const data = isFirst ? payload.subarray(1) : payload;
    const before = skipped.get(channel) ?? 0;
    const skip = Math.min(PORT_BYTES - before, data.length);
    skipped.set(channel, before + skip);
    if (data.length > skip) onData(channel, data.subarray(skip));
  };
}

import { gzipSync } from 'node:zlib';
import type { ContextFile } from '../domain/image.ts';

const BLOCK = 512;

/**
 * A compressed archive of files in the format ustar (POSIX.1-1988), which is what a build context is. All files have
 * the same owner and time, so that the same files give the same archive and the same layers.
 */
export function tarGz(files: readonly ContextFile[]): Uint8Array {
  const parts = files.flatMap(({ path, content, encoding, executable }) => {
    const bytes = Buffer.from(content, encoding ?? 'utf8');
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return [header(path, bytes.length, executable === true ? 0o755 : 0o644), bytes, padding];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

/** Numbers are octal texts that end with a zero byte. The checksum counts its own field as spaces. */
function header(path: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0');
  block.write(path, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)}\u0000 `, 148);
  return block;
}

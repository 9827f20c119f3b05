import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** The files of a compressed tar archive by path; undefined when it is none. */
export function filesIn(archive: Buffer): Map<string, Buffer> | undefined {
  try {
    const tar = gunzipSync(archive);
    const files = new Map<string, Buffer>();
    for (let at = 0; tar[at];) {
      const text = (from: number, length: number) =>
        tar
          .subarray(at + from, at + from + length)
          .toString('utf8')
          .replace(/\0.*$/s, '');
      if (text(257, 5) !== 'ustar') return undefined;
      const size = Number.parseInt(text(124, 12), 8);
      files.set(text(0, 100), tar.subarray(at + BLOCK, at + BLOCK + size));
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
    return files;
  } catch {
    return undefined;
  }
}

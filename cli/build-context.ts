import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MAX_IMAGE_REQUEST, type ImageRequest } from '../lib/api/image.ts';
import { quote } from '../lib/domain/quote.ts';
import { CliError, EXIT, usageError } from './exit.ts';

type File = NonNullable<ImageRequest['files']>[number];

/** Base64 makes four characters of three bytes. */
const MAX_BYTES = (MAX_IMAGE_REQUEST * 3) / 4 - 64 * 1024;

/** Version control, and what no image needs: never sent. */
const NEVER = new Set(['.git', '.hg', '.svn', '.venv', '__pycache__', 'node_modules', '.dockerignore']);

/** Reads a text file that a flag names. Throws a usage error when it cannot be read. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`${quote(path)} cannot be read.`, reason);
  }
}

/** The folder of a Dockerfile as a build context, without what its .dockerignore excludes. */
export async function buildContext(dockerfile: string): Promise<{ dockerfile: string; files: File[] }> {
  await readTextFile(dockerfile);
  const folder = dirname(dockerfile);
  const name = basename(dockerfile);
  const rules = await readFile(join(folder, '.dockerignore'), 'utf8').catch(() => '');
  const isExcluded = excluder(rules);
  const paths = await filesIn(folder, '', (path) => path !== name && isExcluded(path));
  const files: File[] = [];
  let size = 0;
  for (const path of paths) {
    const content = await readFile(join(folder, path));
    size += content.length;
    if (size > MAX_BYTES) throw tooLarge(folder, path);
    const { mode } = await stat(join(folder, path));
    files.push({ path, content: content.toString('base64'), executable: (mode & 0o100) !== 0 });
  }
  return { dockerfile: name, files };
}

/** All files below a folder, sorted. Links to folders are not followed. */
async function filesIn(folder: string, at: string, isExcluded: (path: string) => boolean): Promise<string[]> {
  const entries = await readdir(join(folder, at), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => !NEVER.has(name))
      .map(async (entry): Promise<string[]> => {
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) return filesIn(folder, path, isExcluded);
        return entry.isFile() && !isExcluded(path) ? [path] : [];
      }),
  );
  return found.flat().sort();
}

/**
 * The rules of a .dockerignore (docs.docker.com, "Build context"): the last one that matches a path or a folder above
 * it decides, and `!` includes again.
 */
export function excluder(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const excludes = !line.startsWith('!');
      return { excludes, pattern: pattern(line.replace(/^!/, '').replace(/^\.?\/+|\/+$/g, '')) };
    });
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.excludes ?? false;
}

const pattern = (rule: string): RegExp => {
  const parts = rule.split(/(\*\*\/?|\*|\?)/).map((part) => {
    if (part.startsWith('**')) return '(?:.*/)?';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('')}(?:/.*)?$`);
};

const tooLarge = (folder: string, path: string): CliError =>
  new CliError(EXIT.usage, {
    message: `The build context ${quote(folder)} is larger than ${Math.floor(MAX_BYTES / 1024 / 1024)} MiB.`,
    cause: `The limit was reached at ${path}. Data belongs into the artifact store, not into an image.`,
    remedies: [{ action: 'manual', text: 'Exclude what the image does not need, in a .dockerignore.' }],
  });

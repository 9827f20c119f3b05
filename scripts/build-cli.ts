import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * Bundles the `matcha` command into a directory: `matcha.mjs`, and in `matcha/` the chunks that it imports on
 * demand.
 */
export async function buildCli(outdir: string): Promise<void> {
  await rm(join(outdir, 'matcha'), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { matcha: 'cli/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'matcha/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    // Its entry for Node is CommonJS, which calls `require`; an ES module has no `require`.
    alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
  });
  await chmod(join(outdir, 'matcha.mjs'), 0o755);
}

if (process.argv[1] === import.meta.filename) await buildCli(join(root, 'cli', 'dist'));

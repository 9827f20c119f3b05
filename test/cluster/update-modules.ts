/**
 * Moves the tests to another version of Kubernetes: `node test/cluster/update-modules.ts 1.36.3`. Writes `go.mod` and
 * `go.sum` in `modules/kubernetes`.
 *
 * The parts of Kubernetes that are modules of their own (`staging/`) are in its `go.mod` as folders of its repository.
 * Elsewhere, 1.x.y of Kubernetes needs 0.x.y of each.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface GoMod {
  Go: string;
  Require: { Path: string; Version: string }[];
  Replace: { Old: { Path: string }; New: { Path: string } }[];
}

const cwd = join(import.meta.dirname, 'modules/kubernetes');
const version = process.argv[2] ?? '';
if (!/^1\.\d+\.\d+$/.test(version)) throw new Error('Name a version, such as 1.36.3.');

const go = (...args: string[]) => execFileSync('go', args, { cwd, encoding: 'utf8' });

for (const file of ['go.mod', 'go.sum']) rmSync(join(cwd, file), { force: true });
const downloaded = go('mod', 'download', '-json', `k8s.io/kubernetes@v${version}`);
const { GoMod: path } = JSON.parse(downloaded) as { GoMod: string };
const { Go, Require, Replace } = JSON.parse(go('mod', 'edit', '-json', path)) as GoMod;

const staged = Replace.filter(({ New }) => New.Path.startsWith('./staging/')).map(({ Old }) => Old.Path);
const etcd = Require.find(({ Path }) => Path === 'go.etcd.io/etcd/client/v3')?.Version ?? '';
const lines = [
  'module matcha.dev/test/kubernetes',
  `go ${Go}`,
  `require k8s.io/kubernetes v${version}`,
  `require go.etcd.io/etcd/server/v3 ${etcd}`,
  ...staged.map((name) => `replace ${name} => ${name} v${version.replace(/^1/, '0')}`),
];
writeFileSync(join(cwd, 'go.mod'), lines.join('\n'));
go('mod', 'tidy');

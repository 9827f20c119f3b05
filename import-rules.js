/**
 * Who may import whom: the allow-list of docs/architecture.md, checked by dependency-cruiser in `npm run lint`.
 * What no entry allows is refused, and so is a folder without an entry.
 *
 * `folders`: folders or files of this repository; a folder may always import from itself.
 * `types`: those of which only types may be imported.
 * `packages`: packages and Node.js modules.
 */
const ADAPTERS = [
  'lib/azure',
  'lib/kubernetes',
  'lib/tables',
  'lib/pricing',
  'lib/entra',
  'lib/slack',
  'lib/teams',
];

const MODULES = {
  'lib/domain': { packages: ['zod'] },
  'lib/api': { folders: ['lib/domain'], packages: ['zod'] },
  'lib/manifests': { folders: ['lib/domain'] },
  'lib/components': { folders: ['lib/manifests', 'lib/domain'], packages: ['node:crypto', 'node:util'] },

  'lib/azure': {
    folders: ['lib/domain'],
    packages: [
      '@azure/arm-*',
      '@azure/core-*',
      '@azure/identity',
      'zod',
      'node:async_hooks',
      'node:crypto',
      'node:zlib',
    ],
  },
  'lib/kubernetes': {
    folders: ['lib/domain'],
    types: ['lib/manifests'],
    packages: ['@kubernetes/client-node', 'undici', 'yaml', 'zod', 'node:async_hooks'],
  },
  'lib/tables': {
    folders: ['lib/domain'],
    packages: ['@azure/core-auth', '@azure/data-tables', 'node:crypto', 'zod'],
  },
  'lib/pricing': { folders: ['lib/domain'], packages: ['zod'] },

  // The chats: what they say and understand is pure; each has an adapter.
  'lib/chat': { folders: ['lib/domain'], types: ['lib/api'], packages: ['node:crypto'] },
  'lib/slack': { folders: ['lib/chat', 'lib/domain'], packages: ['@slack/web-api', 'zod', 'node:crypto'] },
  'lib/teams': {
    folders: ['lib/chat', 'lib/domain'],
    types: ['lib/entra'],
    packages: ['@azure/core-auth', 'jose', 'zod', 'node:crypto'],
  },
  'lib/entra': {
    folders: ['lib/domain'],
    packages: ['@azure/core-auth', '@azure/core-rest-pipeline', 'jose', 'zod'],
  },

  'lib/telemetry': { folders: ['lib/domain'] },
  'lib/services.ts': { types: [...ADAPTERS, 'lib/components', 'lib/domain', 'lib/telemetry'] },
  'lib/activities': {
    folders: ['lib/components', 'lib/manifests', 'lib/domain', 'lib/telemetry'],
    types: [...ADAPTERS, 'lib/services.ts'],
    packages: ['@peculiar/x509', 'reflect-metadata', 'node:crypto', 'node:util', 'node:zlib'],
  },
  'lib/commands': {
    folders: ['lib/chat', 'lib/components', 'lib/manifests', 'lib/domain', 'lib/telemetry'],
    types: [...ADAPTERS, 'lib/services.ts', 'lib/api'],
    packages: ['node:crypto'],
  },
  // The only place where adapters are built.
  'lib/app.ts': {
    folders: [...ADAPTERS, 'lib/activities', 'lib/components', 'lib/domain', 'lib/settings.ts'],
    types: ['lib/chat', 'lib/services.ts', 'lib/telemetry'],
    packages: ['@azure/core-*', 'node:timers'],
  },
  'lib/settings.ts': { packages: ['zod'] },

  orchestrations: {
    folders: ['lib/domain', 'lib/telemetry'],
    types: ['lib/app.ts'],
    packages: ['@azure/functions', 'durable-functions'],
  },
  functions: {
    folders: [
      'lib/api',
      'lib/chat',
      'lib/commands',
      'lib/domain',
      'lib/app.ts',
      'lib/telemetry',
      'orchestrations',
      'package.json',
    ],
    types: ['lib/services.ts'],
    packages: ['@azure/functions', 'durable-functions', 'zod'],
  },

  cli: {
    folders: ['lib/api', 'lib/domain'],
    packages: ['commander', '@azure/identity', '@clack/prompts', 'openid-client', 'yaml', 'node:*'],
  },
  // Imports what it hosts; only scripts, benchmarks and tests import it.
  local: {
    folders: [
      'functions',
      'lib/api',
      'lib/app.ts',
      'lib/components',
      'lib/domain',
      'lib/manifests',
      'lib/pricing',
      'lib/settings.ts',
      'lib/telemetry',
    ],
    packages: ['@azure/core-*', '@kubernetes/client-node', 'azurite', 'croner', 'yaml', 'node:*'],
  },
  ...each(['scripts', 'bench'], {
    folders: ['lib', 'local', 'package.json'],
    packages: ['esbuild', 'node:*'],
  }),
  test: { folders: ['.'], packages: ['*', 'node:*'] },
  ...each(
    [
      'eslint.config.js',
      'import-rules.js',
      'vitest.config.ts',
      'vitest.cluster.config.ts',
      'vitest.servers.config.ts',
    ],
    {
      packages: ['@eslint/js', 'typescript-eslint', 'vitest'],
    },
  ),
};

function each(names, entry) {
  return Object.fromEntries(names.map((name) => [name, entry]));
}

const literal = (text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');

/** A file is named with its extension, a folder without. */
const pathOf = (name) => (name === '.' ? '.' : `^${literal(name)}${/\.\w+$/.test(name) ? '$' : '/'}`);

const packagePath = (name) => `(^|/)node_modules/${literal(name)}/`;

const coreName = (name) => `^(node:)?${literal(name.slice('node:'.length))}(/|$)`;

/** A rule of dependency-cruiser for each kind of import that a module is allowed. */
function rulesOf(name, { folders = [], types = [], packages = [] }) {
  const core = packages.filter((wanted) => wanted.startsWith('node:'));
  const external = packages.filter((wanted) => !core.includes(wanted));
  return [
    { path: [name, ...folders].map(pathOf), dependencyTypes: ['local'] },
    { path: types.map(pathOf), dependencyTypes: ['type-only'] },
    { path: external.map(packagePath) },
    { path: core.map(coreName), dependencyTypes: ['core'] },
  ]
    .filter(({ path }) => path.length > 0)
    .map((to) => ({ from: { path: pathOf(name) }, to }));
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  allowed: Object.entries(MODULES).flatMap(([name, entry]) => rulesOf(name, entry)),
  allowedSeverity: 'error',
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-development-package',
      comment: 'A production install has no development packages.',
      severity: 'error',
      from: { path: '^(functions|orchestrations|lib)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-package',
      comment: 'The package.json nearest to the file lists what it imports.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^cli/dist/', '^\\.\\w'] },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

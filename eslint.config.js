import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What each folder may import: the dependency rule of docs/architecture.md. Folders not named here may import anything. */
const SDKS = [
  '@azure/*',
  '@kubernetes/*',
  'durable-functions',
  'undici',
  'commander',
  '@clack/*',
  'node:*',
  'croner',
  'yaml',
];
const FOLDERS = [
  'functions',
  'orchestrations',
  'commands',
  'activities',
  'components',
  'manifests',
  'azure',
  'kubernetes',
  'tables',
  'pricing',
  'domain',
  'compose',
  'cli',
  'local',
];

const folder = (files, { packages = [], folders, types = [] }) => {
  const forbidden = FOLDERS.filter((name) => !folders.includes(name) && !types.includes(name));
  const message = `The dependency rule: ${files} may not import this.`;
  return {
    files: [`${files}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                ...SDKS.filter((sdk) => !packages.includes(sdk)),
                ...packages.map((name) => `!${name}`),
              ],
              message,
            },
            { regex: `^\\.\\./(.*/)?(${forbidden.join('|')})(/|\\.ts$)`, message },
            ...(types.length > 0
              ? [
                  {
                    regex: `^\\.\\./(.*/)?(${types.join('|')})(/|\\.ts$)`,
                    allowTypeImports: true,
                    message: `${message} Types only.`,
                  },
                ]
              : []),
          ],
        },
      ],
    },
  };
};

/** An orchestrator is replayed: whatever could differ from one replay to the next is forbidden. */
const nonDeterministic = {
  files: ['orchestrations/**/*.ts', 'lib/domain/**/*.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'fetch',
      'process',
      'crypto',
      'performance',
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'Use currentUtcDateTime.' },
      { object: 'Math', property: 'random', message: 'An orchestrator is replayed.' },
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
        message: 'Use currentUtcDateTime.',
      },
      {
        selector: ':function[async=true]',
        message: 'Orchestrators and the domain only decide; they never await.',
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.matcha/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/dot-notation': 'off',
      'max-lines': ['error', 300],
    },
  },
  nonDeterministic,
  folder('lib/domain', { folders: ['domain'] }),
  folder('lib/manifests', { folders: ['domain', 'manifests'] }),
  folder('lib/components', {
    packages: ['node:crypto', 'node:util'],
    folders: ['domain', 'manifests', 'components'],
  }),
  folder('lib/azure', { packages: ['@azure/*', 'node:*'], folders: ['domain', 'azure'] }),
  folder('lib/kubernetes', {
    packages: ['@kubernetes/*', 'undici', 'yaml', 'node:*'],
    folders: ['domain', 'kubernetes'],
    types: ['manifests'],
  }),
  folder('lib/tables', { packages: ['@azure/*', 'node:*'], folders: ['domain', 'tables'] }),
  folder('lib/activities', {
    packages: ['node:*'],
    folders: ['domain', 'components', 'manifests', 'activities'],
    types: ['azure', 'kubernetes', 'tables'],
  }),
  folder('lib/pricing', { folders: ['domain', 'pricing'] }),
  folder('lib/commands', {
    packages: ['node:*'],
    folders: ['domain', 'components', 'manifests', 'commands'],
    types: ['azure', 'kubernetes', 'tables'],
  }),
  folder('orchestrations', {
    packages: ['@azure/functions', 'durable-functions'],
    folders: ['domain', 'orchestrations', 'compose'],
    types: ['components', 'activities'],
  }),
  folder('functions', {
    packages: ['@azure/*', 'durable-functions'],
    folders: ['domain', 'commands', 'orchestrations', 'compose', 'functions'],
  }),
  folder('cli', { packages: ['commander', '@clack/*', 'node:*', 'yaml'], folders: ['domain', 'cli'] }),
  {
    files: ['lib/compose.ts', 'lib/**/*.ts', 'functions/**/*.ts', 'orchestrations/**/*.ts', 'cli/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);

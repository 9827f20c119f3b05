import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

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
  { ignores: ['cli/dist/', 'coverage/', '.matcha/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // An import of types alone must not load the module.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/dot-notation': 'off',
      'max-lines': ['error', 300],
    },
  },
  nonDeterministic,
  {
    files: ['lib/**/*.ts', 'functions/**/*.ts', 'orchestrations/**/*.ts', 'cli/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);

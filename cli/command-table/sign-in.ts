import type { CommandSpec } from './spec.ts';

/** Commands for who somebody is. */
export const SIGN_IN: readonly CommandSpec[] = [
  {
    usage: 'login',
    summary: 'sign in to the server (default: the Azure CLI, else the browser, else a device code)',
    flags: [
      ['--browser', 'with the browser of this machine'],
      ['--device-code', 'with a code for the browser of another machine'],
      ['--azure-cli', 'as who is signed in to the Azure CLI'],
      ['--workload-identity', 'as AZURE_CLIENT_ID, with the token in AZURE_FEDERATED_TOKEN_FILE'],
      ['--yes', 'trust the server that matcha.config.json names'],
    ],
    examples: ['matcha login', 'matcha login --server https://matcha.example.com --device-code'],
    load: async () => (await import('../commands/login.ts')).login,
  },
  {
    usage: 'logout',
    summary: 'delete the sign-in to the server from this machine',
    flags: [['--all', 'delete the sign-ins to all servers']],
    load: async () => (await import('../commands/logout.ts')).logout,
  },
  {
    usage: 'whoami',
    summary: 'show who you are for the server',
    load: async () => (await import('../commands/whoami.ts')).whoami,
  },
];

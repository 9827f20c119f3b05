import type { SignInView } from '../../lib/api/sign-in.ts';

/** Where people sign in. */
export type Issuer = Extract<SignInView, { kind: 'oidc' }>;

/** How somebody signs in, with the words for it. */
export const METHODS = {
  browser: 'the browser',
  'device-code': 'a device code',
  'azure-cli': 'the Azure CLI',
  'workload-identity': 'a workload identity',
} as const;

export type Method = keyof typeof METHODS;

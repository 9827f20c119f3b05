import { expect, test } from 'vitest';
import { azureDependencies } from '../../lib/app.ts';
import { signInOf } from '../../lib/domain/sign-in.ts';
import { settingsFrom } from '../../lib/settings.ts';

const TENANT = '5F0D3C6E-0000-4000-8000-000000000001';
const environment = {
  AZURE_SUBSCRIPTION_ID: '5f0d3c6e-0000-4000-8000-000000000002',
  MATCHA_PRINCIPAL_ID: '5f0d3c6e-0000-4000-8000-000000000003',
  MATCHA_TABLES: 'https://matcha.table.core.windows.net',
  MATCHA_TENANT_ID: TENANT,
  MATCHA_API_CLIENT_ID: '5f0d3c6e-0000-4000-8000-000000000004',
  MATCHA_SIGN_IN_CLIENT_ID: '5f0d3c6e-0000-4000-8000-000000000005',
};

test('a deployment signs its callers in with Entra', () => {
  const { callers } = azureDependencies(environment);
  if (typeof callers === 'function') throw new Error('Callers are not signed in.');
  const authority = `https://login.microsoftonline.com/${TENANT.toLowerCase()}`;
  expect(callers.authority).toBe(authority);
  expect(signInOf(callers)).toEqual({
    kind: 'oidc',
    issuer: `${authority}/v2.0`,
    tenantId: TENANT.toLowerCase(),
    clientId: environment.MATCHA_SIGN_IN_CLIENT_ID,
    scope: `api://${environment.MATCHA_API_CLIENT_ID}/access_as_user openid profile offline_access`,
  });
});

test.each(['MATCHA_TENANT_ID', 'MATCHA_API_CLIENT_ID', 'MATCHA_SIGN_IN_CLIENT_ID'])(
  'a deployment without %s does not start',
  (name) => {
    expect(() => azureDependencies({ ...environment, [name]: undefined })).toThrow(name);
    expect(() => azureDependencies({ ...environment, [name]: 'common' })).toThrow(name);
  },
);

test('Flex Consumption, which has no WEBSITE_INSTANCE_ID, is known to be Azure', () => {
  expect(settingsFrom(environment).identity.isOnAzure).toBe(false);
  expect(settingsFrom({ ...environment, WEBSITE_SITE_NAME: 'matcha' }).identity.isOnAzure).toBe(true);
});

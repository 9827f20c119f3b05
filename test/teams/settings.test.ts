import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../lib/settings.ts';

const guid = (digit: number) => `${String(digit).repeat(8)}-1111-4111-8111-111111111111`;
const bot = guid(3);
const deployment = {
  AZURE_SUBSCRIPTION_ID: guid(1),
  MATCHA_PRINCIPAL_ID: guid(2),
  MATCHA_TABLES: 'https://tables.example',
  MATCHA_TENANT_ID: guid(5),
  MATCHA_API_CLIENT_ID: guid(6),
  MATCHA_SIGN_IN_CLIENT_ID: guid(7),
};

describe('settingsFrom', () => {
  it('has no bot without its app id', () => {
    expect(settingsFrom(deployment).bot).toBeUndefined();
  });

  it('reads the bot', () => {
    expect(settingsFrom({ ...deployment, MATCHA_BOT_APP_ID: bot }).bot).toEqual({
      botAppId: bot,
      tenantId: guid(5),
    });
  });

  it('refuses a bot that is the app registration of the API', () => {
    const same = { ...deployment, MATCHA_API_CLIENT_ID: bot.toUpperCase(), MATCHA_BOT_APP_ID: bot };
    expect(() => settingsFrom(same)).toThrow('must be different app registrations');
  });
});

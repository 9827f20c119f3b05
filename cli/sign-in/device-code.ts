import * as oidc from 'openid-client';
import { labeled, oneLine } from '../render/text.ts';
import type { Port } from '../terminal.ts';
import { signInFailed } from './failed.ts';
import type { Issuer } from './methods.ts';
import { openIssuer, sessionOf } from './openid.ts';
import type { Session } from './store.ts';

/** Signs in with a code that is typed into a browser anywhere (RFC 8628). */
export async function signInWithDeviceCode(issuer: Issuer, err: Port): Promise<Session> {
  const config = await openIssuer(issuer);
  try {
    const device = await oidc.initiateDeviceAuthorization(config, { scope: issuer.scope });
    const { verification_uri: url, user_code: code, expires_in: seconds } = device;
    const minutes = Math.floor(seconds / 60);
    err.print([
      ...labeled('Open', oneLine(url), 8, err.look),
      ...labeled('Code', oneLine(code), 8, err.look),
      `Waiting for you, up to ${minutes} minutes; Ctrl-C cancels.`,
    ]);
    return sessionOf(issuer, 'device-code', await oidc.pollDeviceAuthorizationGrant(config, device));
  } catch (error) {
    throw signInFailed('Nobody was signed in with the code.', error);
  }
}

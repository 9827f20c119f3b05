import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { openInBrowser } from '../browser.ts';
import { wrap } from '../render/text.ts';
import type { Port } from '../terminal.ts';
import { signInFailed } from './failed.ts';
import type { Issuer } from './methods.ts';
import { openIssuer, sessionOf } from './openid.ts';
import { isPrivateAddress } from './private-address.ts';
import type { Session } from './store.ts';

/** Somebody may have to find a phone for a second factor. */
const WAIT_MS = 10 * 60_000;

/**
 * Signs in with the browser of this machine: an authorization code with PKCE, sent to a port of the loopback interface
 * (RFC 8252). Entra ignores the port of `http://localhost` and takes a missing path for `/`
 * (learn.microsoft.com/entra/identity-platform/reply-url).
 */
export async function signInWithBrowser(issuer: Issuer, err: Port): Promise<Session> {
  const config = await openIssuer(issuer);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const redirect = `http://localhost:${port}/`;
  const [pkceCodeVerifier, expectedState] = [oidc.randomPKCECodeVerifier(), oidc.randomState()];
  try {
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      scope: issuer.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
    });
    if (!isPrivateAddress(url.href)) throw new Error(`${url.origin} has no encryption.`);
    const answered = answerOf(server, redirect, { state: expectedState, start: url.href });
    const isOpen = await openInBrowser(url.href);
    const what = isOpen ? 'Sign in, in the browser. If it shows nothing, open' : 'Open';
    err.print([
      ...wrap(`${what} ${redirect}${START}`, err.look.width),
      'Waiting for you, up to 10 minutes; Ctrl-C cancels.',
    ]);
    const [answer, response] = await answered;
    try {
      const tokens = await oidc.authorizationCodeGrant(config, answer, { pkceCodeVerifier, expectedState });
      await show(response, 200, 'You are signed in. You can close this page.');
      return sessionOf(issuer, 'browser', tokens);
    } catch (error) {
      await show(response, 400, 'You are not signed in. The terminal says why.');
      throw error;
    }
  } catch (error) {
    throw signInFailed('Nobody was signed in with the browser.', error);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** A short address for the long one of the issuer. */
const START = 'start';

/** The request of the browser that answers this sign-in. Any page can send others, which cannot know its state. */
async function answerOf(
  server: ReturnType<typeof createServer>,
  redirect: string,
  { state, start }: { state: string; start: string },
): Promise<[URL, ServerResponse]> {
  const signal = AbortSignal.timeout(WAIT_MS);
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('No answer of the browser for 10 minutes.')));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url ?? '/';
      const url = URL.canParse(path, redirect) ? new URL(path, redirect) : undefined;
      const isAnswer = url?.href.startsWith(redirect) === true && url.searchParams.get('state') === state;
      if (isAnswer) resolve([url, response]);
      else if (url?.href === `${redirect}${START}`) response.writeHead(302, { location: start }).end();
      else void show(response, 404, 'There is nothing here.');
    });
  });
}

async function show(response: ServerResponse, status: number, text: string): Promise<void> {
  // The person may have closed the page.
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    connection: 'close',
  });
  const ended = once(response, 'close');
  response.end(`<!doctype html><html lang="en"><title>Matcha</title><p>${text}</p></html>\n`);
  await ended;
}

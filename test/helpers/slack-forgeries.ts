import { signed } from './slack.ts';

const at = () => Math.floor(Date.now() / 1000);

type Forged = (body: string) => { headers: Record<string, string>; body?: string };

/**
 * Requests that are not from Slack: what is wrong with each, why it is refused, and how it is made from the body of a real
 * one.
 */
export const FORGED: [string, string, Forged][] = [
  ['no signature', 'no signature', (body) => ({ headers: { ...signed(body), 'x-slack-signature': '' } })],
  ['no timestamp', 'no timestamp', (body) => ({ headers: { ...signed(body), 'x-slack-request-timestamp': '' } })],
  ['no headers of Slack', 'no signature', () => ({ headers: {} })],
  ['another secret', 'a wrong signature', (body) => ({ headers: signed(body, { secret: 'another' }) })],
  ['an empty secret', 'a wrong signature', (body) => ({ headers: signed(body, { secret: '' }) })],
  ['301 seconds old', 'a timestamp that is too old', (body) => ({ headers: signed(body, { at: at() - 302 }) })],
  ['a day old', 'a timestamp that is too old', (body) => ({ headers: signed(body, { at: at() - 86_400 }) })],
  ['from the future', 'a timestamp in the future', (body) => ({ headers: signed(body, { at: at() + 320 }) })],
  ['from tomorrow', 'a timestamp in the future', (body) => ({ headers: signed(body, { at: at() + 86_400 }) })],
  ['a timestamp of letters', 'a timestamp that is not a number', (body) => ({ headers: { ...signed(body, { at: Number.NaN }) } })],
  ['a timestamp with a fraction', 'a timestamp that is not a number', (body) => ({ headers: signed(body, { at: at() + 0.5 }) })],
  ['a negative timestamp', 'a timestamp that is not a number', (body) => ({ headers: signed(body, { at: -at() }) })],
  ['version 1', 'an unknown version of the signature', (body) => changed(body, (signature) => signature.replace('v0=', 'v1='))],
  ['no version', 'an unknown version of the signature', (body) => changed(body, (signature) => signature.slice(3))],
  ['a short signature', 'a wrong signature', (body) => changed(body, (signature) => signature.slice(0, -2))],
  ['a long signature', 'a wrong signature', (body) => changed(body, (signature) => `${signature}00`)],
  ['capital letters', 'a wrong signature', (body) => changed(body, (signature) => `v0=${signature.slice(3).toUpperCase()}`)],
  ['two signatures', 'a wrong signature', (body) => changed(body, (signature) => `${signature}, ${signature}`)],
  ['another timestamp', 'a wrong signature', (body) => ({ headers: { ...signed(body), 'x-slack-request-timestamp': String(at() - 5) } })],
  ['another body', 'a wrong signature', (body) => ({ headers: signed(body), body: body.replace('list', 'help') })],
  ['a body in another encoding', 'a wrong signature', (body) => ({ headers: signed(body), body: body.replace('%2F', '%2f') })],
  ['more in the body', 'a wrong signature', (body) => ({ headers: signed(body), body: `${body}&x=1` })],
]; // prettier-ignore

function changed(body: string, change: (signature: string) => string) {
  const headers = signed(body);
  return { headers: { ...headers, 'x-slack-signature': change(headers['x-slack-signature']) } };
}

import type { ClusterCredentials } from '../../lib/api/credentials.ts';
import type { Api } from '../api.ts';
import { apiServerOf, type ApiServer } from './api-server.ts';

/** The access to a stack's cluster, with a token that is renewed before it ends. */
export interface Session {
  credentials: ClusterCredentials;
  api(): ApiServer;
  /** Gets new credentials, unless others than `stale` are known already. */
  renew(stale: ApiServer): Promise<void>;
  close(): void;
}

/** Renew when this part of the token's life is over. */
const RENEW_AFTER = 0.8;

/** How often a renewal that failed is tried again, in milliseconds. */
const RETRY_AFTER = 30_000;

/** Gets credentials for the stack, and keeps them valid. `onProblem` is told why a later renewal failed. */
export async function openSession(
  api: Api,
  name: string,
  onProblem: (error: unknown) => void,
): Promise<Session> {
  const issue = () => api('issueCredentials', { params: { name } });
  const { value: credentials, at } = await issue();
  let current = apiServerOf(credentials);
  let renewing: Promise<void> | undefined;
  let timer: NodeJS.Timeout;

  const schedule = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void renew().catch(onProblem), ms);
  };
  /** By the clock of the server, which may differ from the one here. */
  const untilRenewal = ({ expiresAt }: ClusterCredentials, now: number) =>
    Math.max(RETRY_AFTER, (Date.parse(expiresAt) - now) * RENEW_AFTER);

  const renewOnce = async () => {
    schedule(RETRY_AFTER);
    const answer = await issue();
    current.close();
    current = apiServerOf(answer.value);
    schedule(untilRenewal(answer.value, answer.at));
  };
  const renew = () =>
    (renewing ??= renewOnce().finally(() => {
      renewing = undefined;
    }));

  schedule(untilRenewal(credentials, at));
  return {
    credentials,
    api: () => current,
    renew: async (stale) => (stale === current ? renew() : undefined),
    close() {
      clearTimeout(timer);
      current.close();
    },
  };
}

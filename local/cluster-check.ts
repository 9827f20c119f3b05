import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { requestTo, type Kubeconfig } from './kubeconfig.ts';
import { UsageError } from './usage-error.ts';

const TIMEOUT_MS = 10_000;

const GATEWAY_CLASS = '/apis/gateway.networking.k8s.io/v1/gatewayclasses/approuting-istio';
const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const EVERYTHING = { verb: '*', group: '*', resource: '*' };

/**
 * Asks the cluster of a kubeconfig whether it can be used: its API server answers, accepts the credentials, and lets
 * their user manage everything. Otherwise a provision would notice it after minutes.
 * @throws UsageError with the reason and what to do.
 */
export async function checkCluster(file: string, kubeconfig: Kubeconfig): Promise<Kubeconfig> {
  const ask = (path: string, body?: object) =>
    askServer(kubeconfig, path, body).catch((error: unknown) => {
      throw new UsageError(
        `The API server in ${file}, ${kubeconfig.server.href}, cannot be used: ${reasonOf(error)}. ` +
          'Start the cluster, or use another kubeconfig.',
      );
    });
  const version = await ask('/version');
  if (version.status === 401 || version.status === 403)
    throw new UsageError(
      `The cluster refuses the credentials in ${file} (HTTP ${version.status}). Renew them, or use another user.`,
    );
  if (version.status !== 200)
    throw new UsageError(
      `${kubeconfig.server.href} in ${file} is no API server: it answers HTTP ${version.status} for /version.`,
    );
  const review = await ask(ACCESS_REVIEWS, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: EVERYTHING },
  });
  if (review.allowed === false)
    throw new UsageError(
      `The user in ${file} may not manage everything in the cluster. Bind it to the ClusterRole cluster-admin, ` +
        'or use another user.',
    );
  return { ...kubeconfig, hasGateway: (await ask(GATEWAY_CLASS)).status === 200 };
}

async function askServer(
  kubeconfig: Kubeconfig,
  path: string,
  body?: object,
): Promise<{ status: number; allowed?: boolean }> {
  const text = body && JSON.stringify(body);
  const headers = text === undefined ? {} : { 'content-type': 'application/json' };
  const method = text === undefined ? 'GET' : 'POST';
  const request = await requestTo(kubeconfig, path, { method, headers }, () => undefined);
  request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error(`no answer for ${TIMEOUT_MS / 1000} s`)));
  request.end(text);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, ...decisionIn(Buffer.concat(chunks).toString()) };
}

/** The decision of an access review. */
function decisionIn(text: string): { allowed?: boolean } {
  try {
    const { status } = JSON.parse(text) as { status?: { allowed?: unknown } };
    return typeof status?.allowed === 'boolean' ? { allowed: status.allowed } : {};
  } catch {
    return {};
  }
}

/** A refused connection has no message, only a code, when it was tried at several addresses. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message !== '' ? message : (code ?? 'no answer');
}

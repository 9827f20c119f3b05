/** The path below which the Durable management API is served. */
export const MANAGEMENT_PATH = '/runtime/webhooks/durabletask';

const ID = 'INSTANCEID';

export type DurableClientBinding = ReturnType<typeof durableClientBinding>;

/** What a `durableClient` binding receives: where the management API is. `origin` is what callers see. */
export function durableClientBinding(origin: string, port: number, hubName: string) {
  const base = `${origin}${MANAGEMENT_PATH}`;
  const query = `taskHub=${hubName}&connection=Storage&code=local`;
  const orchestrator = `${base}/orchestrators/{functionName}[/{instanceId}]`;
  const instance = `${base}/instances/${ID}`;
  return {
    taskHubName: hubName,
    creationUrls: {
      createNewInstancePostUri: `${orchestrator}?code=local`,
      createAndWaitOnNewInstancePostUri: `${orchestrator}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=local`,
    },
    managementUrls: {
      id: ID,
      statusQueryGetUri: `${instance}?${query}`,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
      rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
      purgeHistoryDeleteUri: `${instance}?${query}`,
      restartPostUri: `${instance}/restart?${query}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
      resumePostUri: `${instance}/resume?reason={text}&${query}`,
    },
    baseUrl: base,
    requiredQueryStringParameters: 'code=local',
    // The SDK calls this address itself, so it spares the lookup of a host name.
    rpcBaseUrl: `http://127.0.0.1:${port}${MANAGEMENT_PATH}/`,
  };
}

/** The links for one instance, as `createCheckStatusResponse` returns them. */
export function managementLinks(
  { managementUrls }: DurableClientBinding,
  instanceId: string,
): Record<string, string> {
  const entries = Object.entries(managementUrls);
  return Object.fromEntries(
    entries.map(([name, url]) => [name, url.replace(ID, encodeURIComponent(instanceId))]),
  );
}

/** The base path of the Durable management API. */
export const MANAGEMENT_PATH = '/runtime/webhooks/durabletask';

const ID = 'INSTANCEID';

export type DurableClientBinding = ReturnType<typeof durableClientBinding>;

/** The data of a `durableClient` binding: the URLs of the management API. `origin` is visible to callers. */
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
    // The SDK calls this URL itself. The IP address avoids a DNS lookup.
    rpcBaseUrl: `http://127.0.0.1:${port}${MANAGEMENT_PATH}/`,
  };
}

/** The management URLs of one instance, as in `createCheckStatusResponse`. */
export function managementLinks(
  { managementUrls }: DurableClientBinding,
  instanceId: string,
): Record<string, string> {
  const entries = Object.entries(managementUrls);
  return Object.fromEntries(
    entries.map(([name, url]) => [name, url.replace(ID, encodeURIComponent(instanceId))]),
  );
}

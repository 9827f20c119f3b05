import { at, listAt } from '../canary.ts';
import type { ProgramApp, StandInProgram } from '../stand-in.ts';

class ProgramError extends Error {}

/**
 * The program of the verification, with the pods that ZenML's Kubernetes orchestrator would start. It signs in to the
 * stand-in of the server, reads the registered stack, and needs the permissions that the real one needs.
 */
export const verification: StandInProgram = {
  image: /\.azurecr\.io\/pipelines:/,
  seconds: { pull: 45, run: 70 },
  run(app) {
    try {
      return { exitCode: 0, message: JSON.stringify({ model: runPipeline(app) }) };
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      return { exitCode: 1, message: JSON.stringify({ error: error.message }) };
    }
  },
};

function runPipeline(app: ProgramApp): string {
  const name = app.environment['MATCHA_ZENML_STACK'] ?? '';
  signedIn(app, 'current-user');
  const [stack] = listAt(signedIn(app, `stacks?name=${name}&hydrate=true`), 'items');
  if (stack === undefined)
    throw new ProgramError(`KeyError: "No stack with this name or ID prefix '${name}' could be found."`);
  const components = listAt(signedIn(app, `components?name=${name}&hydrate=true&size=100`), 'items');
  const settingsOf = (type: string) => {
    const found = components.find((one) => at(one, 'body', 'type') === type);
    if (found === undefined) throw new ProgramError(`StackValidationError: The stack has no ${type}.`);
    return at(found, 'metadata', 'configuration');
  };
  const orchestrator = settingsOf('orchestrator');
  const store = settingsOf('artifact_store');
  startOrchestrator(app, orchestrator);
  return storeModel(app, store);
}

/** Stores the model in the artifact store, which the pods of the steps reach as the pod of the program does. */
function storeModel(app: ProgramApp, settings: unknown): string {
  const name = String(at(settings, 'authentication_secret'));
  const [secret] = listAt(signedIn(app, `secrets?name=${name}`), 'items');
  const values = at(signedIn(app, `secrets/${String(at(secret, 'id'))}`), 'body', 'values');
  const [, container = '', ...inside] = String(at(settings, 'path')).split(/:?\/+/);
  const folder = [...inside, app.environment['MATCHA_MODEL_FOLDER'] ?? ''].join('/');
  const { status, code, message } = app.blobs({
    method: 'PUT',
    account: String(at(values, 'account_name')),
    container,
    path: `${folder}/model.joblib`,
    content: 'model',
  });
  if (status === 401) throw new ProgramError(`ClientAuthenticationError: ${message ?? ''}`);
  if (status >= 400) throw new ProgramError(`HttpResponseError: ${message ?? ''} ErrorCode:${code ?? ''}`);
  return `az://${container}/${folder}`;
}

function startOrchestrator({ may }: ProgramApp, settings: unknown): void {
  if (may === undefined)
    throw new ProgramError(
      'RuntimeError: The orchestrator failed to load the in-cluster Kubernetes configuration: Service token file does not exist.',
    );
  const namespace = String(at(settings, 'kubernetes_namespace'));
  const needed = ['jobs.batch', ...(at(settings, 'pass_zenml_token_as_secret') === true ? ['secrets'] : [])];
  for (const resource of needed) {
    if (may('create', resource, namespace)) continue;
    throw new ProgramError(
      `PipelineSubmissionError: Orchestrator failed to submit Kubernetes job with 'Forbidden' (403). cannot create resource "${resource}" in the namespace "${namespace}"`,
    );
  }
}

function signedIn({ environment, call }: ProgramApp, path: string): unknown {
  const url = `${environment['ZENML_STORE_URL'] ?? ''}/api/v1/${path}`;
  const authorization = `Bearer ${environment['ZENML_STORE_API_TOKEN'] ?? ''}`;
  const { status, body } = call('GET', url, { authorization });
  if (status === 401) throw new ProgramError('CredentialsNotValid: Authentication error');
  if (status !== 200)
    throw new ProgramError(
      `RuntimeError: Failed to connect to ${url}: ${status === 0 ? String(body) : `status ${status}`}`,
    );
  return body;
}

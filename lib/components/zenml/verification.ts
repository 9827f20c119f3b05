import { HOUR, MINUTE } from '../../domain/duration.ts';
import { fromSecret } from '../../manifests/environment.ts';
import type { KubernetesObject } from '../../manifests/object.ts';
import { WORKLOAD_IDENTITY } from '../../manifests/rbac.ts';
import { job } from '../../manifests/workloads.ts';
import { at } from '../canary.ts';
import {
  CanaryError,
  type Verification,
  type VerificationCluster,
  type VerificationContext,
} from '../component.ts';
import { jobProgress } from '../pods.ts';
import { clusterUrl } from '../ports.ts';
import { ENDPOINT, logIn } from './api.ts';
import { MODEL_FOLDER, PIPELINES, registeredName } from './names.ts';
import { SCRIPT } from './verification-script.ts';
import { VERSION } from './version.ts';

/** On a new node the image is pulled twice: for the program, and for the pods of the pipeline. */
const LIMIT = 15 * MINUTE;

const { namespace } = PIPELINES;
const TOKEN = 'token';
const FOLDER = '/work';

/** A pipeline of two steps that trains a small model and stores it. */
export const verification: Verification = {
  condition: 'PipelinesVerified',
  title: 'Pipeline',
  needs: [],
  usual: 150,
  // A role of its identity may take 10 minutes to have an effect.
  limit: LIMIT + 10 * MINUTE,
  creates: [{ apiVersion: 'batch/v1', kind: 'Job', namespace }],
  async run(cluster, context) {
    const { name, labels } = context;
    const found = await cluster
      .within(namespace)
      .read({ apiVersion: 'batch/v1', kind: 'Job', name, namespace });
    if (found === undefined) {
      await cluster.apply(programOf(context, true));
      return { state: 'running', detail: 'creating its job' };
    }
    if (at(found, 'spec', 'suspend') === true) {
      // A pod without its token would fail.
      await cluster.createSecret(secretOf(found, context, await newToken(cluster)));
      await cluster.apply(programOf(context, false));
      return { state: 'running', detail: 'starting its pod' };
    }
    const [pod] = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace }, labels);
    return jobProgress(found, pod, (end) => {
      const cause = at(end, 'error');
      if (typeof cause === 'string') return { state: 'failed', cause };
      return typeof at(end, 'model') === 'string'
        ? { state: 'passed' }
        : { state: 'failed', cause: 'It ended without a result.' };
    });
  },
};

/** A token of ZenML's administrator that lives a little longer than the job. */
async function newToken(cluster: VerificationCluster): Promise<string> {
  const call = await logIn(cluster.within(ENDPOINT.namespace));
  const lifetime = LIMIT + 5 * MINUTE;
  const path = `api_token?token_type=generic&expires_in=${lifetime}`;
  const token = await call('Creating a token', 'GET', path);
  if (typeof token !== 'string' || token === '') throw new CanaryError('Creating a token: there is none.');
  return token;
}

/** Deleted with its job. */
const secretOf = (
  owner: KubernetesObject,
  { name, labels }: VerificationContext,
  token: string,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name,
    namespace,
    labels,
    ownerReferences: [
      { apiVersion: owner.apiVersion, kind: owner.kind, name, uid: String(at(owner, 'metadata', 'uid')) },
    ],
  },
  type: 'Opaque',
  stringData: { [TOKEN]: token },
});

function programOf({ name, labels, stack, image }: VerificationContext, suspend: boolean): KubernetesObject {
  const app = { name: 'pipeline-verification', version: VERSION, namespace, stack, role: 'verification' };
  const object = job(
    app,
    name,
    {
      serviceAccount: PIPELINES.name,
      callsKubernetes: true,
      uid: 1000,
      labels: { ...labels, ...WORKLOAD_IDENTITY },
      volumes: [{ name: 'work', path: FOLDER, emptyDir: true }],
      container: {
        name: 'pipeline',
        image,
        // ZenML needs a file: it sends its folder to the pods of the steps.
        command: ['sh', '-c', START],
        environment: {
          SCRIPT,
          HOME: FOLDER,
          TMPDIR: FOLDER,
          ZENML_CONFIG_PATH: `${FOLDER}/.zenconfig`,
          ZENML_ANALYTICS_OPT_IN: 'False',
          ZENML_STORE_URL: clusterUrl(ENDPOINT),
          ZENML_STORE_API_TOKEN: fromSecret(name, TOKEN),
          MATCHA_ZENML_STACK: registeredName(stack),
          MATCHA_PIPELINE_IMAGE: image,
          MATCHA_MODEL_FOLDER: MODEL_FOLDER,
        },
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
      },
    },
    { deadline: LIMIT, keptFor: HOUR, suspend },
  );
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } } };
}

const START = `mkdir -p ${FOLDER}/code && cd ${FOLDER} && printf %s "$SCRIPT" > code/matcha_verification.py && exec python code/matcha_verification.py`;

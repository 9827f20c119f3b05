import { MINUTE } from '../../domain/duration.ts';
import type { KubernetesObject } from '../../manifests/object.ts';
import { WORKLOAD_IDENTITY } from '../../manifests/rbac.ts';
import { at, expectOk, expectSame, listAt } from '../canary.ts';
import type { Verification, VerificationCluster, VerificationContext } from '../component.ts';
import { podProgress } from '../pods.ts';
import { ARTIFACTS, MODEL_FOLDER } from '../zenml/names.ts';
import { MODELS } from './names.ts';

const API = { apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment' };
const { namespace } = MODELS;
const PREDICTOR = 'default';
const MODEL = 'classifier';

/** Two flowers of the data set that the pipeline trains with. */
const FLOWERS = [5.1, 3.5, 1.4, 0.2, 6.7, 3.0, 5.2, 2.3];

/** Serves the model that the pipeline of the verification stored, and asks it for a prediction. */
export const verification: Verification = {
  condition: 'ServingVerified',
  title: 'Model',
  needs: ['zenml'],
  usual: 90,
  // A role of its identity may take 10 minutes to have an effect.
  limit: 20 * MINUTE,
  creates: [{ ...API, namespace }],
  async run(cluster, context) {
    const { name, labels } = context;
    const found = await cluster.within(namespace).read({ ...API, name, namespace });
    if (found === undefined) {
      await cluster.apply(modelOf(context));
      return { state: 'running', detail: 'creating it' };
    }
    if (at(found, 'status', 'state') === 'Failed') {
      const text = at(found, 'status', 'description');
      return { state: 'failed', cause: typeof text === 'string' ? text : 'The operator refused it.' };
    }
    if (at(found, 'status', 'state') === 'Available') {
      await predict(cluster, name);
      return { state: 'passed' };
    }
    const [pod] = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace }, labels);
    return podProgress(pod);
  },
};

function modelOf({ name, labels }: VerificationContext): KubernetesObject {
  const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } };
  return {
    ...API,
    metadata: { name, namespace, labels },
    spec: {
      protocol: 'v2',
      predictors: [
        {
          name: PREDICTOR,
          replicas: 1,
          graph: {
            name: MODEL,
            implementation: 'SKLEARN_SERVER',
            modelUri: `az:${ARTIFACTS}/${MODEL_FOLDER}`,
          },
          componentSpecs: [
            {
              metadata: { labels: { ...labels, ...WORKLOAD_IDENTITY } },
              spec: { serviceAccountName: MODELS.serviceAccount, containers: [{ name: MODEL, resources }] },
            },
          ],
        },
      ],
    },
  };
}

/** Asks for the class of each flower. Throws a CanaryError unless the answer has one for each. */
async function predict(cluster: VerificationCluster, name: string): Promise<void> {
  const rows = FLOWERS.length / 4;
  const body = { inputs: [{ name: 'predict', shape: [rows, 4], datatype: 'FP64', data: FLOWERS }] };
  const path = `/v2/models/${MODEL}/infer`;
  const service = { name: `${name}-${PREDICTOR}`, port: MODELS.port };
  const answer = await expectOk(
    'Asking for a prediction',
    cluster.within(namespace).call(service, { method: 'POST', path, body }),
  );
  const [output] = listAt(answer, 'outputs');
  expectSame('The number of predictions', listAt(output, 'data').length, rows);
}

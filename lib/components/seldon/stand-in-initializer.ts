import { at, listAt } from '../canary.ts';
import { recordAt, textOf, type ProgramApp, type ProgramEnd } from '../stand-in.ts';
import type { SimulatedCluster, StandInProgram } from '../stand-in.ts';
import type { KubernetesObject } from '../../manifests/object.ts';

const FOLDER = '/mnt/models';

/**
 * The init container that the operator adds to the pod of a model with a URI, and its volume
 * (model_initializer_injector.go). It gets its environment from the Secret that the operator's settings name.
 */
export function initializers(
  cluster: SimulatedCluster,
  operator: KubernetesObject,
  graph: Record<string, unknown>,
): { initContainers?: object[]; volumes?: object[] } {
  const uri = textOf(graph['modelUri']);
  if (uri === '') return {};
  const settings = cluster.get('v1', 'ConfigMap', 'seldon-config', operator.metadata.namespace);
  const { image } = JSON.parse(textOf(recordAt(settings, 'data')['storageInitializer']) || '{}') as {
    image?: string;
  };
  const secret = textOf(graph['envSecretRefName']) || environmentOf(operator, SECRET);
  const name = textOf(graph['name']);
  const volume = `${name}-provision-location`;
  const container = {
    name: `${name}-model-initializer`,
    image: image ?? 'gcr.io/kfserving/model-initializer:latest',
    args: [uri, FOLDER],
    ...(secret !== '' && { envFrom: [{ secretRef: { name: secret } }] }),
    volumeMounts: [{ name: volume, mountPath: FOLDER }],
  };
  return { initContainers: [container], volumes: [{ name: volume, emptyDir: {} }] };
}

const SECRET = 'PREDICTIVE_UNIT_DEFAULT_ENV_SECRET_REF_NAME';

function environmentOf(operator: KubernetesObject, wanted: string): string {
  const [container] = listAt(operator, 'spec', 'template', 'spec', 'containers');
  return textOf(
    at(
      listAt(container, 'env').find((one) => at(one, 'name') === wanted),
      'value',
    ),
  );
}

/** rclone, the entrypoint of the pipeline image and of Seldon's own, which copies a model from Blob Storage. */
export const initializer: StandInProgram = {
  image: /\.azurecr\.io\/pipelines:|\/rclone-storage-initializer:/,
  isEntrypoint: true,
  seconds: { pull: 45, run: 5 },
  run(app) {
    const error = download(app);
    return error === undefined ? { exitCode: 0, message: '' } : failure(app, error);
  },
};

/** An error is the message of the container when it is logged there; otherwise only its log has it. */
const failure = ({ environment }: ProgramApp, error: string): ProgramEnd => ({
  exitCode: 1,
  message: environment['RCLONE_LOG_FILE'] === '/dev/termination-log' ? error : '',
});

function download({ args, environment, blobs }: ProgramApp): string | undefined {
  const [source = ''] = args;
  const [, remote = '', path = ''] = /^([^:]+):(.*)$/.exec(source) ?? [];
  const option = (name: string) => environment[`RCLONE_CONFIG_${remote.toUpperCase()}_${name}`];
  if (option('TYPE') !== 'azureblob')
    return `CRITICAL: Failed to create file system for "${source}": didn't find section in config file ("${remote}")`;
  if (option('ENV_AUTH') !== 'true')
    return `CRITICAL: Failed to create file system for "${source}": no authentication method configured`;
  const [container = '', ...folder] = path.replace(/^\/+/, '').split('/');
  const account = option('ACCOUNT') ?? '';
  const answer = blobs({ method: 'LIST', account, container, path: `${folder.join('/')}/` });
  if (answer.status >= 400)
    return `ERROR : error reading source root directory: ${answer.code ?? ''}: ${answer.message ?? ''}`;
  if (answer.blobs?.length === 0) return 'ERROR : error reading source root directory: directory not found';
  return undefined;
}

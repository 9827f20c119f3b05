import { fromField, type Environment } from '../../manifests/environment.ts';
import { MODEL_SERVERS } from './model-servers.ts';
import { MODEL_STORAGE } from './model-storage.ts';

/**
 * The ConfigMap with the model servers of the operator. The operator creates a default one if it is missing, so this
 * one is applied first. `initializer` is the image that downloads a model before its server starts: Seldon calls it
 * with the URI of the model and the target folder as arguments (model_initializer_injector.go). Seldon's own image has
 * rclone 1.59, which needs an account key in a Secret.
 */
export const seldonConfig = (
  version: string,
  initializer = `seldonio/rclone-storage-initializer:${version}`,
): Record<string, string> => ({
  credentials: JSON.stringify({
    gcs: { gcsCredentialFileName: 'gcloud-application-credentials.json' },
    s3: { s3AccessKeyIDName: 'awsAccessKeyID', s3SecretAccessKeyName: 'awsSecretAccessKey' },
  }),
  explainer: JSON.stringify({
    image: `seldonio/alibiexplainer:${version}`,
    image_v2: 'seldonio/mlserver:1.7.1-alibi-explain',
  }),
  predictor_servers: JSON.stringify(MODEL_SERVERS),
  storageInitializer: JSON.stringify({
    image: initializer,
    cpuRequest: '100m',
    cpuLimit: '1',
    memoryRequest: '100Mi',
    memoryLimit: '1Gi',
  }),
});

/** The environment of the operator, from its chart (seldon-core-operator), without a service mesh. */
export const operatorEnvironment = (version: string): Environment => ({
  MANAGER_LEADER_ELECTION_ID: 'a33bd623.machinelearning.seldon.io',
  MANAGER_LOG_LEVEL: 'INFO',
  MANAGER_CREATE_RESOURCES: 'true',
  POD_NAMESPACE: fromField('metadata.namespace'),
  // With a namespace here it could not read seldon-config, which it reads through the cache of watched
  // objects. Its roles restrict it to the namespace of the models instead.
  WATCH_NAMESPACE: '',
  CONTROLLER_ID: '',
  DEPLOYMENT_NAME_AS_PREFIX: 'false',
  DEFAULT_USER_ID: '8888',
  ...RELATED_IMAGES,
  AMBASSADOR_ENABLED: 'false',
  AMBASSADOR_SINGLE_NAMESPACE: 'false',
  ISTIO_ENABLED: 'false',
  ISTIO_GATEWAY: 'istio-system/seldon-gateway',
  ISTIO_TLS_MODE: '',
  KEDA_ENABLED: 'false',
  PREDICTIVE_UNIT_HTTP_SERVICE_PORT: '9000',
  PREDICTIVE_UNIT_GRPC_SERVICE_PORT: '9500',
  PREDICTIVE_UNIT_DEFAULT_ENV_SECRET_REF_NAME: MODEL_STORAGE,
  PREDICTIVE_UNIT_METRICS_PORT_NAME: 'metrics',
  USE_EXECUTOR: 'true',
  EXECUTOR_CONTAINER_IMAGE_AND_VERSION: `docker.io/seldonio/seldon-core-executor:${version}`,
  EXECUTOR_CONTAINER_IMAGE_PULL_POLICY: 'IfNotPresent',
  EXECUTOR_CONTAINER_SERVICE_ACCOUNT_NAME: 'default',
  EXECUTOR_CONTAINER_USER: '8888',
  EXECUTOR_PROMETHEUS_PATH: '/prometheus',
  EXECUTOR_SERVER_PORT: '8000',
  EXECUTOR_SERVER_METRICS_PORT_NAME: 'metrics',
  EXECUTOR_REQUEST_LOGGER_DEFAULT_ENDPOINT: 'http://default-broker',
  EXECUTOR_REQUEST_LOGGER_WORK_QUEUE_SIZE: '10000',
  EXECUTOR_REQUEST_LOGGER_WRITE_TIMEOUT_MS: '2000',
  EXECUTOR_DEFAULT_CPU_REQUEST: '500m',
  EXECUTOR_DEFAULT_CPU_LIMIT: '500m',
  EXECUTOR_DEFAULT_MEMORY_REQUEST: '512Mi',
  EXECUTOR_DEFAULT_MEMORY_LIMIT: '512Mi',
});

/** Empty, because the images are in seldon-config. */
const RELATED_IMAGES = Object.fromEntries(
  [
    'EXECUTOR',
    'STORAGE_INITIALIZER',
    'SKLEARNSERVER',
    'XGBOOSTSERVER',
    'MLFLOWSERVER',
    'TFPROXY',
    'TENSORFLOW',
    'EXPLAINER',
    'MOCK_CLASSIFIER',
  ].map((image) => [`RELATED_IMAGE_${image}`, '']),
);

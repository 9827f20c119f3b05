import { ok } from '../stand-in.ts';
import type { StandInResponse } from '../stand-in.ts';

type Configuration = Record<string, unknown>;

/** A flavor of a stack component in ZenML: the required and optional fields of its configuration. */
interface Flavor {
  /** The class name of its configuration, for errors. */
  model: string;
  required: string[];
  optional: string[];
  /** Checks the values of a configuration with the right fields. */
  refuse?(configuration: Configuration): StandInResponse | undefined;
}

/** An error of ZenML. */
export const failure = (status: number, error: string, message: string): StandInResponse =>
  ok({ detail: [error, message] }, status);

/** A KeyError; Python quotes its text. */
export const notFound = (message: string): StandInResponse => failure(404, 'KeyError', `"${message}"`);

/** The API's error for an invalid body, which repeats the body. */
export const malformed = (type: string, field: string, message: string, sent: unknown): StandInResponse =>
  ok(
    [
      'ValueError',
      `1 validation error:\n  {'type': '${type}', 'loc': ('body', '${field}'), 'msg': '${message}', 'input': ${JSON.stringify(sent)}}`,
    ],
    422,
  );

const words = (text: string): string[] => text.split(/\s+/);

const invalid = (model: string, problems: string[]) =>
  failure(
    422,
    'ValueError',
    `${problems.length} validation error${problems.length === 1 ? '' : 's'} for ${model}\n${problems.join('\n')}`,
  );

const SCHEMES = ['az://', 'abfs://'];

/** By type and name, with the fields of ZenML 0.96. */
const FLAVORS: Record<string, Flavor> = {
  'orchestrator/kubernetes': {
    model: 'KubernetesOrchestratorConfig',
    required: [],
    optional: words(`synchronous service_account_name step_pod_service_account_name privileged pod_settings
      orchestrator_pod_settings job_name_prefix max_parallelism successful_jobs_history_limit
      failed_jobs_history_limit concurrency_policy starting_deadline_seconds ttl_seconds_after_finished
      active_deadline_seconds backoff_limit_margin orchestrator_job_backoff_limit
      fail_on_container_waiting_reasons job_monitoring_interval job_monitoring_delay interrupt_check_interval
      pod_failure_policy prevent_orchestrator_pod_caching always_build_pipeline_image pod_stop_grace_period
      api_request_timeout max_api_retries incluster kubernetes_context kubernetes_namespace local
      skip_local_validations parallel_step_startup_waiting_period pass_zenml_token_as_secret
      skip_owner_references`),
  },
  'orchestrator/local': { model: 'LocalOrchestratorConfig', required: [], optional: [] },
  'artifact_store/azure': {
    model: 'AzureArtifactStoreConfig',
    required: ['path'],
    optional: ['authentication_secret'],
    refuse({ path }) {
      if (typeof path === 'string' && SCHEMES.some((scheme) => path.startsWith(scheme))) return undefined;
      return failure(
        500,
        'RuntimeError',
        `The path: '${String(path)}' you defined for your artifact store is not supported by the implementation of AzureArtifactStoreConfig, because it does not start with one of its supported schemes: {'az://', 'abfs://'}.`,
      );
    },
  },
  'container_registry/azure': {
    model: 'BaseContainerRegistryConfig',
    required: ['uri'],
    optional: ['authentication_secret', 'default_repository'],
  },
  'image_builder/local': {
    model: 'LocalImageBuilderConfig',
    required: [],
    optional: ['use_subprocess_call'],
  },
  'experiment_tracker/mlflow': {
    model: 'MLFlowExperimentTrackerConfig',
    required: [],
    optional:
      words(`experiment_name nested tags tracking_uri tracking_username tracking_password tracking_token
      databricks_client_id databricks_client_secret tracking_insecure_tls databricks_host enable_unity_catalog`),
    refuse(configuration) {
      const { tracking_uri: uri, tracking_token, tracking_username, tracking_password } = configuration;
      const ways = [tracking_token, tracking_username ?? tracking_password].filter(Boolean).length;
      if (!/^https?:/.test(String(uri)) || ways === 1) return undefined;
      return invalid('MLFlowExperimentTrackerConfig', [
        `  Value error, MLflow experiment tracking with remote backend \`${String(uri)}\` requires exactly one authentication method. Valid options are \`tracking_token\`, \`tracking_username\` with \`tracking_password\`. [type=value_error, input_value=${JSON.stringify(configuration)}, input_type=dict]`,
      ]);
    },
  },
  'model_deployer/seldon': {
    model: 'SeldonModelDeployerConfig',
    required: ['base_url', 'secret', 'kubernetes_secret_name'],
    optional: ['kubernetes_context', 'kubernetes_namespace'],
  },
};

/**
 * The reason to refuse a configuration, if any; `hasSecret` returns whether ZenML has a secret of that name.
 */
export function refusal(
  type: string,
  flavor: string,
  configuration: Configuration,
  hasSecret: (name: string) => boolean,
): StandInResponse | undefined {
  const known = FLAVORS[`${type}/${flavor}`];
  if (known === undefined) return notFound(`No flavor with name '${flavor}' and type '${type}' exists.`);
  const { model, required, optional } = known;

  const extra = Object.keys(configuration).filter((key) => ![...required, ...optional].includes(key));
  if (extra.length > 0) {
    const keys = extra.map((key) => `'${key}'`).join(', ');
    return failure(400, 'ValueError', `Invalid configuration keys [${keys}] for ${flavor} ${type}.`);
  }
  for (const [key, value] of Object.entries(configuration)) {
    const [, secret] = typeof value === 'string' ? (/^\{\{([^.]+)\..+\}\}$/.exec(value) ?? []) : [];
    if (secret !== undefined && !hasSecret(secret)) {
      return failure(
        404,
        'KeyError',
        `'Failed to resolve secret reference for attribute ${key}: The secret ${secret} does not exist.'`,
      );
    }
  }
  const missing = required.filter((key) => !(key in configuration));
  if (missing.length > 0) {
    const sent = JSON.stringify(configuration);
    return invalid(
      model,
      missing.map((key) => `${key}\n  Field required [type=missing, input_value=${sent}, input_type=dict]`),
    );
  }
  return known.refuse?.(configuration);
}

import { isAllowedHost, isAuthenticated } from './stand-in-access.ts';
import { ARTIFACT_ROUTES, listArtifacts, mlflowError, withStorage } from './stand-in-artifacts.ts';
import { flagOf, ok, route, textOf } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInApp, StandInResponse, StandInServer } from '../stand-in.ts';

interface KeyValue {
  key: string;
  value: unknown;
  [field: string]: unknown;
}

interface Experiment {
  experiment_id: string;
  name: string;
  artifact_location: string;
  lifecycle_stage: string;
  creation_time: number;
  last_update_time: number;
  tags: KeyValue[];
}

interface Run {
  info: {
    run_id: string;
    experiment_id: string;
    artifact_uri: string;
    status: string;
    lifecycle_stage: string;
    [field: string]: unknown;
  };
  data: { metrics: KeyValue[]; params: KeyValue[]; tags: KeyValue[] };
}

const experimentsOf = (app: StandInApp): Experiment[] => {
  if (!app.data.get('experiments/0')) app.data.set('experiments/0', newExperiment(app, '0', 'Default', []));
  return app.data.entries('experiments/').map(([, value]) => value as Experiment);
};

const newExperiment = (app: StandInApp, id: string, name: string, tags: KeyValue[]): Experiment => ({
  experiment_id: id,
  name,
  artifact_location: `mlflow-artifacts:/${id}`,
  lifecycle_stage: 'active',
  creation_time: app.now(),
  last_update_time: app.now(),
  tags,
});

const pairs = (value: unknown): KeyValue[] => (Array.isArray(value) ? (value as KeyValue[]) : []);

function createExperiment({ app, body }: RoutedRequest): StandInResponse {
  const name = body['name'];
  if (typeof name !== 'string' || !name)
    return mlflowError('INVALID_PARAMETER_VALUE', "Missing value for required parameter 'name'.");
  const experiments = experimentsOf(app);
  const existing = experiments.find((experiment) => experiment.name === name);
  if (existing?.lifecycle_stage === 'deleted') {
    return mlflowError(
      'RESOURCE_ALREADY_EXISTS',
      `Experiment '${name}' already exists in deleted state. You can restore the experiment, or permanently delete the experiment from the .trash folder (under tracking server's root folder) in order to use this experiment name again.`,
    );
  }
  if (existing) return mlflowError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`);
  const id = String(Math.max(...experiments.map(({ experiment_id }) => Number(experiment_id))) + 1);
  app.data.set(`experiments/${id}`, newExperiment(app, id, name, pairs(body['tags'])));
  return ok({ experiment_id: id });
}

const experiment = (
  call: RoutedRequest,
  id: unknown,
  handle: (found: Experiment) => StandInResponse,
): StandInResponse => {
  const found = experimentsOf(call.app).find(({ experiment_id }) => experiment_id === String(id));
  return found
    ? handle(found)
    : mlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${String(id)} exists`);
};

function experimentByName({ app, request }: RoutedRequest): StandInResponse {
  const name = request.query.get('experiment_name') ?? '';
  const found = experimentsOf(app).find((candidate) => candidate.name === name);
  return found
    ? ok({ experiment: found })
    : mlflowError('RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name '${name}'`);
}

/** Filters of the forms `name = 'x'` and `tags.key = 'x'`. */
function filterValue(filter: unknown, field: string): string | undefined {
  const escaped = field.replace('.', '\\.');
  return new RegExp(`\\b${escaped}\\s*=\\s*['"]([^'"]*)['"]`).exec(
    typeof filter === 'string' ? filter : '',
  )?.[1];
}

function searchExperiments({ app, body }: RoutedRequest): StandInResponse {
  const name = filterValue(body['filter'], 'name');
  const found = experimentsOf(app).filter(
    (candidate) => candidate.lifecycle_stage === 'active' && (name === undefined || candidate.name === name),
  );
  return ok({ experiments: found.slice(0, Number(body['max_results'] ?? 1000)) });
}

function createRun(call: RoutedRequest): StandInResponse {
  const { app, body } = call;
  return experiment(call, body['experiment_id'] ?? '0', ({ experiment_id, artifact_location }) => {
    const id = crypto.randomUUID().replaceAll('-', '');
    const run: Run = {
      info: {
        run_id: id,
        run_uuid: id,
        run_name: body['run_name'] ?? `run-${id.slice(0, 6)}`,
        experiment_id,
        user_id: body['user_id'] ?? '',
        status: 'RUNNING',
        start_time: body['start_time'] ?? app.now(),
        artifact_uri: `${artifact_location}/${id}/artifacts`,
        lifecycle_stage: 'active',
      },
      data: { metrics: [], params: [], tags: pairs(body['tags']) },
    };
    app.data.set(`runs/${id}`, run);
    return ok({ run });
  });
}

type Change = (run: Run, call: RoutedRequest) => Run | StandInResponse;

const onRun =
  (change: Change, answer: (run: Run) => unknown = () => ({})) =>
  (call: RoutedRequest): StandInResponse => {
    const id = textOf(call.body['run_id'] ?? call.request.query.get('run_id'));
    const run = call.app.data.get(`runs/${id}`) as Run | undefined;
    if (!run) return mlflowError('RESOURCE_DOES_NOT_EXIST', `Run with id=${id} not found`);
    const changed = change(run, call);
    if ('status' in changed) return changed;
    if (changed !== run) call.app.data.set(`runs/${id}`, changed);
    return ok(answer(changed));
  };

const put = (list: KeyValue[], entries: KeyValue[]) => [
  ...list.filter(({ key }) => !entries.some((entry) => entry.key === key)),
  ...entries,
];

/** Adds data to a run. The value of a parameter cannot change. */
function log(
  run: Run,
  { metrics = [], params = [], tags = [] }: Partial<Run['data']>,
): Run | StandInResponse {
  const changed = params.find(({ key, value }) =>
    run.data.params.some((old) => old.key === key && old.value !== value),
  );
  if (changed) {
    return mlflowError(
      'INVALID_PARAMETER_VALUE',
      `Changing param values is not allowed. Param with key='${changed.key}' was already logged for run ID='${run.info.run_id}'.`,
    );
  }
  const data = {
    metrics: put(run.data.metrics, metrics),
    params: put(run.data.params, params),
    tags: put(run.data.tags, tags),
  };
  return { ...run, data };
}

const entry = ({ body }: RoutedRequest): KeyValue => ({
  key: String(body['key']),
  value: body['value'],
  ...('timestamp' in body ? { timestamp: body['timestamp'], step: body['step'] ?? 0 } : {}),
});

function searchRuns({ app, body }: RoutedRequest): StandInResponse {
  const ids = Array.isArray(body['experiment_ids']) ? body['experiment_ids'].map(String) : [];
  const runs = app.data
    .entries('runs/')
    .map(([, value]) => value as Run)
    .filter(({ info }) => ids.includes(info.experiment_id) && info.lifecycle_stage === 'active');
  return ok({ runs: runs.slice(0, Number(body['max_results'] ?? 1000)) });
}

const at = (path: string) => new RegExp(`^/(?:api|ajax-api)/2\\.0/mlflow/${path}$`);
const inStage =
  (stage: string): Change =>
  (run) => ({ ...run, info: { ...run.info, lifecycle_stage: stage } });

const ROUTES: Route[] = [
  ...ARTIFACT_ROUTES,
  ['POST', at('experiments/create'), createExperiment],
  [
    'GET',
    at('experiments/get'),
    (call) => experiment(call, call.request.query.get('experiment_id'), (found) => ok({ experiment: found })),
  ],
  ['GET', at('experiments/get-by-name'), experimentByName],
  ['POST', at('experiments/search'), searchExperiments],
  [
    'POST',
    at('experiments/delete'),
    (call) =>
      experiment(call, call.body['experiment_id'], (found) => {
        call.app.data.set(`experiments/${found.experiment_id}`, { ...found, lifecycle_stage: 'deleted' });
        return ok({});
      }),
  ],
  ['POST', at('runs/create'), createRun],
  [
    'GET',
    at('runs/get'),
    onRun(
      (run) => run,
      (run) => ({ run }),
    ),
  ],
  [
    'POST',
    at('runs/update'),
    onRun(
      (run, { body: { status = run.info.status, end_time, run_name = run.info['run_name'] } }) => ({
        ...run,
        info: { ...run.info, status: String(status), end_time, run_name },
      }),
      (run) => ({ run_info: run.info }),
    ),
  ],
  ['POST', at('runs/delete'), onRun(inStage('deleted'))],
  ['POST', at('runs/restore'), onRun(inStage('active'))],
  ['POST', at('runs/log-metric'), onRun((run, call) => log(run, { metrics: [entry(call)] }))],
  ['POST', at('runs/log-parameter'), onRun((run, call) => log(run, { params: [entry(call)] }))],
  ['POST', at('runs/set-tag'), onRun((run, call) => log(run, { tags: [entry(call)] }))],
  [
    'POST',
    at('runs/log-batch'),
    onRun((run, { body }) =>
      log(run, { metrics: pairs(body['metrics']), params: pairs(body['params']), tags: pairs(body['tags']) }),
    ),
  ],
  ['POST', at('runs/search'), searchRuns],
  [
    'GET',
    at('artifacts/list'),
    withStorage((call) =>
      onRun(
        (run) => run,
        ({ info: { artifact_uri } }) => {
          const root = artifact_uri.replace('mlflow-artifacts:/', '');
          return {
            root_uri: artifact_uri,
            files: listArtifacts(
              call.app,
              [root, call.request.query.get('path') ?? ''].filter(Boolean).join('/'),
            ),
          };
        },
      )(call),
    ),
  ],
];

const text = (body: string, status = 200, headers: Record<string, string> = {}): StandInResponse => ({
  status,
  headers: { 'content-type': 'text/plain', ...headers },
  body,
});

/** Not subject to the host check; `/health` is not subject to authentication either. */
const HEALTH: Route[] = [['GET', /^\/health$/, () => text('OK')]];
const VERSION: Route[] = [
  ['GET', /^\/version$/, ({ app }) => text(/:v?([\d.]+)/.exec(app.container.image ?? '')?.[1] ?? '3.0.0')],
];
const UNKNOWN = text('Not Found', 404);

/** An MLflow tracking server with proxied artifacts. */
const server: StandInServer = {
  image: /mlflow\/mlflow/,
  seconds: { pull: 26, start: 9 },
  port: (container) => Number(flagOf(container, 'port') ?? 5000),
  answer(request, app) {
    const health = route(HEALTH, request, app, UNKNOWN);
    if (health !== UNKNOWN) return health;
    const version = route(VERSION, request, app, UNKNOWN);
    if (version === UNKNOWN && !isAllowedHost(request, app))
      return text('Invalid Host header - possible DNS rebinding attack detected', 403);
    if (!isAuthenticated(request, app)) {
      return text('You are not authenticated.', 401, { 'www-authenticate': 'Basic realm="mlflow"' });
    }
    if (version !== UNKNOWN) return version;
    return route(ROUTES, request, app, mlflowError('ENDPOINT_NOT_FOUND', `Not found: ${request.path}`));
  },
};

export const servers = [server];

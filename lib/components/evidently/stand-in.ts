import { flagOf, ok, route, textOf } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInApp, StandInResponse, StandInServer } from '../stand-in.ts';

interface Project {
  id: string;
  name: string;
  [field: string]: unknown;
}

const failure = (status: number, detail: string, more: object = {}): StandInResponse =>
  ok({ status_code: status, detail, ...more }, status);

const projectsOf = ({ data }: StandInApp) => data.entries('projects/').map(([, value]) => value as Project);

function create({ app, body }: RoutedRequest): StandInResponse {
  const name = textOf(body['name']);
  if (name === '') {
    const extra = [{ message: 'field required', key: 'name' }];
    return failure(400, 'Validation failed for POST /api/projects', { extra });
  }
  const project: Project = {
    id: crypto.randomUUID(),
    name,
    description: body['description'] ?? null,
    team_id: null,
    org_id: null,
    date_from: null,
    date_to: null,
    created_at: new Date(app.now()).toISOString().slice(0, -1),
    version: '1',
  };
  app.data.set(`projects/${project.id}`, project);
  return ok(project.id, 201);
}

function info({ app, params: { id = '' } }: RoutedRequest): StandInResponse {
  const project = app.data.get(`projects/${id}`);
  return project === undefined ? failure(404, 'project not found') : ok(project);
}

/** Also succeeds where there is none. */
function remove({ app, params: { id = '' } }: RoutedRequest): StandInResponse {
  app.data.delete(`projects/${id}`);
  return { status: 204, body: '' };
}

const at = (path: string) => new RegExp(`^/api/(?:v2/)?projects${path}/?$`);
const ID = '/(?<id>[0-9a-f-]{36})';

const ROUTES: Route[] = [
  [
    'GET',
    /^\/api\/version$/,
    ({ app }) =>
      ok({ application: 'Evidently UI', version: /:([\d.]+)/.exec(app.container.image ?? '')?.[1] ?? '' }),
  ],
  ['GET', at(''), ({ app }) => ok(projectsOf(app))],
  ['POST', at(''), create],
  [
    'GET',
    at('/search/(?<name>[^/]+)'),
    ({ app, params }) => ok(projectsOf(app).filter(({ name }) => name === params['name'])),
  ],
  ['GET', at(`${ID}/info`), info],
  ['DELETE', at(ID), remove],
];

/** The pages of Evidently: its projects, without their reports. It has no authentication. */
const server: StandInServer = {
  image: /evidently-service/,
  seconds: { pull: 22, start: 11 },
  port: (container) => Number(flagOf(container, 'port') ?? 8000),
  answer: (request, app) => route(ROUTES, request, app, failure(404, 'Not Found')),
};

export const servers = [server];

import { ok } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInApp, StandInResponse } from '../stand-in.ts';

/** MLflow's error codes, each with its HTTP status. */
const ERROR_STATUS = {
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_ALREADY_EXISTS: 400,
  INVALID_PARAMETER_VALUE: 400,
  ENDPOINT_NOT_FOUND: 404,
};

export const mlflowError = (code: keyof typeof ERROR_STATUS, message: string): StandInResponse =>
  ok({ error_code: code, message }, ERROR_STATUS[code]);

const isUnsafe = (path: string) => path.split('/').includes('..') || path.startsWith('/');

const onPath = (handle: (call: RoutedRequest, path: string) => StandInResponse) => (call: RoutedRequest) => {
  const { path = '' } = call.params;
  return isUnsafe(path) ? mlflowError('INVALID_PARAMETER_VALUE', 'Invalid path') : handle(call, path);
};

interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size?: number;
}

/** What is in a folder of the artifact store, by name. */
export function listArtifacts({ data }: StandInApp, folder: string): FileInfo[] {
  const prefix = folder ? `${folder.replace(/\/$/, '')}/` : '';
  const found = new Map<string, FileInfo>();
  for (const [key, content] of data.entries(`artifacts/${prefix}`)) {
    const [path = '', ...below] = key.slice(`artifacts/${prefix}`.length).split('/');
    const size = Buffer.from(String(content), 'base64').length;
    found.set(path, below.length > 0 ? { path, is_dir: true } : { path, is_dir: false, file_size: size });
  }
  return [...found.values()];
}

function download({ app }: RoutedRequest, path: string): StandInResponse {
  const content = app.data.get(`artifacts/${path}`);
  if (typeof content !== 'string')
    return mlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(content, 'base64'),
  };
}

const FILE = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(?<path>.+)$/;

/** The artifact store that the tracking server proxies. */
export const ARTIFACT_ROUTES: Route[] = [
  [
    'PUT',
    FILE,
    onPath(({ app, request }, path) => {
      app.data.set(`artifacts/${path}`, request.body.toString('base64'));
      return ok({});
    }),
  ],
  ['GET', FILE, onPath(download)],
  [
    'DELETE',
    FILE,
    onPath(({ app }, path) => {
      for (const [key] of app.data.entries(`artifacts/${path}`)) {
        if (key === `artifacts/${path}` || key.startsWith(`artifacts/${path}/`)) app.data.delete(key);
      }
      return ok({});
    }),
  ],
  [
    'GET',
    /^\/api\/2\.0\/mlflow-artifacts\/artifacts$/,
    ({ app, request }) => ok({ files: listArtifacts(app, request.query.get('path') ?? '') }),
  ],
];

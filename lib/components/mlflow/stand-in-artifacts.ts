import { ok } from '../stand-in.ts';
import type { BlobRequest, RoutedRequest, Route, StandInApp, StandInResponse } from '../stand-in.ts';

/** MLflow's error codes, each with its HTTP status. */
const ERROR_STATUS = {
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_ALREADY_EXISTS: 400,
  INVALID_PARAMETER_VALUE: 400,
  ENDPOINT_NOT_FOUND: 404,
  INTERNAL_ERROR: 500,
};

export const mlflowError = (code: keyof typeof ERROR_STATUS, message: string): StandInResponse =>
  ok({ error_code: code, message }, ERROR_STATUS[code]);

const isUnsafe = (path: string) => path.split('/').includes('..') || path.startsWith('/');

const onPath = (handle: (call: RoutedRequest, path: string) => StandInResponse) =>
  withStorage((call) => {
    const { path = '' } = call.params;
    return isUnsafe(path) ? mlflowError('INVALID_PARAMETER_VALUE', 'Invalid path') : handle(call, path);
  });

interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size?: number;
}

/** Files in base64, by path. The methods throw a StorageError. */
interface ArtifactStore {
  get(path: string): string | undefined;
  put(path: string, content: string): void;
  delete(path: string): void;
  list(prefix: string): [path: string, content: string][];
}

/** An error of Blob Storage, with which MLflow answers as an error of its own. */
class StorageError extends Error {}

const DESTINATION = /^wasbs:\/\/([^@]+)@([^.]+)\./;

/** The destination of the server: a container in Blob Storage, or its own disk. */
function storeOf({ environment, data, blobs }: StandInApp): ArtifactStore {
  const [, container = '', account = ''] =
    DESTINATION.exec(environment['MLFLOW_ARTIFACTS_DESTINATION'] ?? '') ?? [];
  if (account === '')
    return {
      get: (path) => data.get(`artifacts/${path}`) as string | undefined,
      put: (path, content) => data.set(`artifacts/${path}`, content),
      delete: (path) => data.delete(`artifacts/${path}`),
      list: (prefix) =>
        data
          .entries(`artifacts/${prefix}`)
          .map(([key, content]) => [key.slice('artifacts/'.length), String(content)]),
    };
  const call = (method: BlobRequest['method'], path: string, content?: string) => {
    const answer = blobs({ method, account, container, path, ...(content !== undefined && { content }) });
    const isMissing = answer.code === 'BlobNotFound';
    if (answer.status >= 400 && !isMissing)
      throw new StorageError(`${answer.code ?? ''}: ${answer.message ?? ''}`);
    return answer;
  };
  return {
    get: (path) => call('GET', path).content,
    put: (path, content) => void call('PUT', path, content),
    delete: (path) => void call('DELETE', path),
    list: (prefix) => call('LIST', prefix).blobs ?? [],
  };
}

/** A handler that stores artifacts. */
export const withStorage =
  (handle: (call: RoutedRequest) => StandInResponse) =>
  (call: RoutedRequest): StandInResponse => {
    try {
      return handle(call);
    } catch (error) {
      if (error instanceof StorageError) return mlflowError('INTERNAL_ERROR', error.message);
      throw error;
    }
  };

/** The files and folders in a folder of the artifact store. Throws a StorageError. */
export function listArtifacts(app: StandInApp, folder: string): FileInfo[] {
  const prefix = folder ? `${folder.replace(/\/$/, '')}/` : '';
  const found = new Map<string, FileInfo>();
  for (const [key, content] of storeOf(app).list(prefix)) {
    const [path = '', ...below] = key.slice(prefix.length).split('/');
    const size = Buffer.from(content, 'base64').length;
    found.set(path, below.length > 0 ? { path, is_dir: true } : { path, is_dir: false, file_size: size });
  }
  return [...found.values()];
}

function download({ app }: RoutedRequest, path: string): StandInResponse {
  const content = storeOf(app).get(path);
  if (content === undefined) return mlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
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
      storeOf(app).put(path, request.body.toString('base64'));
      return ok({});
    }),
  ],
  ['GET', FILE, onPath(download)],
  [
    'DELETE',
    FILE,
    onPath(({ app }, path) => {
      const store = storeOf(app);
      for (const [key] of store.list(path)) if (key === path || key.startsWith(`${path}/`)) store.delete(key);
      return ok({});
    }),
  ],
  [
    'GET',
    /^\/api\/2\.0\/mlflow-artifacts\/artifacts$/,
    withStorage(({ app, request }) => ok({ files: listArtifacts(app, request.query.get('path') ?? '') })),
  ],
];

import { chroma } from '../../lib/components/chroma/index.ts';
import type { Component } from '../../lib/components/component.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { zenml } from '../../lib/components/zenml/index.ts';
import type { PythonPackage } from './environments.ts';

export type Tool = 'mlflow' | 'zenml' | 'chroma';

/** What a container image adds to the container of the manifest, and how to have the same without images. */
export interface Image {
  component: Component;
  package: PythonPackage;
  /** The image's ENTRYPOINT and CMD, as Kubernetes uses them where the container names no command or args. */
  entrypoint: string[];
  cmd: string[];
  environment: Record<string, string>;
  /** Settings that cannot be those of the cluster, and why. */
  overrides: (folder: string) => Record<string, string>;
}

const UNCHANGED = () => ({});

export const IMAGES: Record<Tool, Image> = {
  // docker/Dockerfile.full of mlflow/mlflow: python:3.11-slim with exactly this package and these extras, and
  // neither entry point, user nor working directory.
  mlflow: {
    component: mlflow,
    package: {
      name: 'mlflow',
      extras: ['extras', 'azure', 'db', 'gateway', 'genai', 'auth'],
      pin: mlflow.version,
      requirements: [],
    },
    entrypoint: [],
    cmd: ['python3'],
    environment: {},
    // There is no storage account: the server keeps artifacts in a folder, by the same proxied routes.
    overrides: (folder) => ({ MLFLOW_ARTIFACTS_DESTINATION: `${folder}/artifacts` }),
  },
  // docker/base.Dockerfile of zenml-io/zenml, target `server`: python:3.11-slim, user 1000. Its entry point
  // raises the number of open files and executes the command. Its package has the extras of all other clouds
  // too, which the server does not load unless told to.
  zenml: {
    component: zenml,
    package: {
      name: 'zenml',
      extras: ['server', 'secrets-azure', 'adlfs', 'connectors-azure'],
      pin: zenml.version,
      requirements: ['alembic==1.15.2'],
    },
    entrypoint: [],
    cmd: [
      'uvicorn',
      'zenml.zen_server.zen_server_api:app',
      '--no-server-header',
      '--proxy-headers',
      '--forwarded-allow-ips',
      '*',
      '--port',
      '8080',
      '--host',
      '0.0.0.0',
    ],
    environment: {
      PYTHONUNBUFFERED: '1',
      PYTHONFAULTHANDLER: '1',
      PYTHONHASHSEED: 'random',
      ZENML_CONTAINER: '1',
      ZENML_DEBUG: 'false',
      ZENML_ANALYTICS_OPT_IN: 'true',
    },
    overrides: UNCHANGED,
  },
  // rust/Dockerfile of chroma-core/chroma, target `cli`: `dumb-init -- chroma` on a bare Debian. The Python
  // package has the same Rust code, server and command, as a library that its script `chroma` calls.
  chroma: {
    component: chroma,
    package: { name: 'chromadb', extras: [], pin: chroma.version, requirements: [] },
    entrypoint: ['chroma'],
    cmd: ['run', '/config.yaml'],
    environment: {},
    overrides: UNCHANGED,
  },
};

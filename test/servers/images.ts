import { chroma } from '../../lib/components/chroma/index.ts';
import type { Component } from '../../lib/components/component.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { zenml } from '../../lib/components/zenml/index.ts';
import type { PythonPackage } from './environments.ts';

export type Tool = 'mlflow' | 'zenml' | 'chroma';

/** The defaults of a container image, and the equivalent Python package. */
export interface Image {
  component: Component;
  package: PythonPackage;
  /** The ENTRYPOINT and CMD of the image, which Kubernetes uses if the container has no command or args. */
  entrypoint: string[];
  cmd: string[];
  environment: Record<string, string>;
  /** Variables that differ from those in the cluster. */
  overrides: (folder: string) => Record<string, string>;
}

const UNCHANGED = () => ({});

export const IMAGES: Record<Tool, Image> = {
  // docker/Dockerfile.full of mlflow/mlflow: python:3.11-slim with this package and these extras, without
  // entry point, user or working directory.
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
    // There is no storage account, so the server stores artifacts in a folder.
    overrides: (folder) => ({ MLFLOW_ARTIFACTS_DESTINATION: `${folder}/artifacts` }),
  },
  // docker/base.Dockerfile of zenml-io/zenml, target `server`: python:3.11-slim, user 1000. Its entry point
  // raises the limit of open files and executes the command. Its package also has the extras of other clouds, which
  // the server does not load by default.
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
  // rust/Dockerfile of chroma-core/chroma, target `cli`: `dumb-init -- chroma` on Debian. The Python package has the
  // same Rust code as a library, which its script `chroma` calls.
  chroma: {
    component: chroma,
    package: { name: 'chromadb', extras: [], pin: chroma.version, requirements: [] },
    entrypoint: ['chroma'],
    cmd: ['run', '/config.yaml'],
    environment: {},
    overrides: UNCHANGED,
  },
};

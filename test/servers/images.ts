import { chroma } from '../../lib/components/chroma/index.ts';
import type { Component } from '../../lib/components/component.ts';
import { evidently } from '../../lib/components/evidently/index.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { PIPELINE_REQUIREMENTS } from '../../lib/components/pipeline-image.ts';
import { zenml } from '../../lib/components/zenml/index.ts';

export type Tool = 'mlflow' | 'zenml' | 'chroma' | 'evidently';

/** The defaults of a container image, and the equivalent Python packages. */
export interface Image {
  component: Component;
  packages: string[];
  /** The ENTRYPOINT and CMD of the image, which Kubernetes uses if the container has no command or args. */
  entrypoint: string[];
  cmd: string[];
  environment: Record<string, string>;
}

export const IMAGES: Record<Tool, Image> = {
  // docker/Dockerfile.full of mlflow/mlflow: python:3.11-slim with this package and these extras, without
  // entry point, user or working directory.
  mlflow: {
    component: mlflow,
    packages: [`mlflow[extras,azure,db,gateway,genai,auth]==${mlflow.version}`],
    entrypoint: [],
    cmd: ['python3'],
    environment: {},
  },
  // docker/base.Dockerfile of zenml-io/zenml, target `server`: python:3.11-slim, user 1000. Its entry point
  // raises the limit of open files and executes the command. Its package also has the extras of other clouds, which
  // the server does not load by default.
  zenml: {
    component: zenml,
    packages: [`zenml[server,secrets-azure,adlfs,connectors-azure]==${zenml.version}`, 'alembic==1.15.2'],
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
  },
  // rust/Dockerfile of chroma-core/chroma, target `cli`: `dumb-init -- chroma` on Debian. The Python package has the
  // same Rust code as a library, which its script `chroma` calls.
  chroma: {
    component: chroma,
    packages: [`chromadb==${chroma.version}`],
    entrypoint: ['chroma'],
    cmd: ['run', '/config.yaml'],
    environment: {},
  },
  // docker/Dockerfile.service of evidentlyai/evidently: this package on python:3.11-slim, which starts `evidently ui`.
  evidently: {
    component: evidently,
    packages: [`evidently==${evidently.version}`, 'pandas<3'],
    entrypoint: [],
    cmd: ['evidently', 'ui', '--host', '0.0.0.0', '--port', '8000'],
    environment: {},
  },
};

/** The packages of the two environments, which pip could not resolve as one: the servers, and the image of pipelines. */
export const REQUIREMENTS = {
  servers: Object.values(IMAGES).flatMap(({ packages }) => packages),
  pipelines: PIPELINE_REQUIREMENTS,
};

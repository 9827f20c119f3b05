import { createHash } from 'node:crypto';
import { imageName, type ContextFile, type ImageBuild } from '../domain/image.ts';
import { VERSION as ZENML } from './zenml/version.ts';

/** The repository of the pipeline image and of those that users build, in the registry of the stack. */
export const PIPELINES = 'pipelines';

/**
 * The packages of the pipeline image, which resolve together on Python 3.12 (test/servers/pipeline-image.test.ts).
 * ZenML has the version of its server; `kubernetes` and Jinja2 are what its Kubernetes orchestrator needs, adlfs and
 * azure-identity its artifact store. scikit-learn and NumPy have the versions of the server that loads the models,
 * seldonio/mlserver:1.7.1-sklearn (poetry.lock of SeldonIO/MLServer 1.7.1): another version may not load a pickle.
 */
export const PIPELINE_REQUIREMENTS = [
  `zenml==${ZENML}`,
  'kubernetes==25.3.0',
  'Jinja2==3.1.6',
  'adlfs==2026.8.0',
  'azure-identity==1.27.0',
  'mlflow==3.17.0',
  'scikit-learn==1.5.2',
  'numpy==1.26.4',
  'pandas==2.3.3',
  'evidently==0.7.21',
  'chromadb-client==1.5.9',
];

/**
 * The pipeline image also downloads models for Seldon, which calls it with arguments only; ZenML sets a command. From 1.63 on,
 * rclone signs in with workload identity (azidentity 1.3 in its go.mod; rclone/rclone#7001). Its program is static.
 */
const RCLONE = '1.74.4';

/**
 * The base image comes from Microsoft's registry: Docker Hub limits anonymous pulls by address, and the builds of many
 * customers share addresses. It has Python and pip, and is a tenth of the size of the development images there. Its tag
 * moves with security updates. It has no other user than root, so one is added; step pods may not run as root.
 * The packages are in a virtual environment, so that pip need not replace packages of the system. ZenML downloads the
 * code of a pipeline into the working folder, so that the user owns it.
 */
const DOCKERFILE = `FROM mcr.microsoft.com/azurelinux/base/python:3.12
RUN echo 'pipelines:x:1000:1000::/app:/bin/sh' >> /etc/passwd \\
 && mkdir -p /app && chown 1000:1000 /app \\
 && python3 -m venv --without-pip /opt/venv
COPY requirements.txt /opt/requirements.txt
RUN python3 -m pip --python /opt/venv install --no-cache-dir pip --requirement /opt/requirements.txt
COPY --from=ghcr.io/rclone/rclone:${RCLONE} /usr/local/bin/rclone /usr/local/bin/rclone
ENV PATH=/opt/venv/bin:$PATH HOME=/app PYTHONUNBUFFERED=1
ENV ZENML_CONFIG_PATH=/app/.zenconfig ZENML_ENABLE_REPO_INIT_WARNINGS=False
WORKDIR /app
ENTRYPOINT ["rclone", "copy"]
USER 1000
`;

/** The build of the pipeline image. Its tag changes with its content, so that an unchanged image is not built again. */
export const PIPELINE_IMAGE: ImageBuild = imageOf(`${ZENML}-`, [
  { path: 'Dockerfile', content: DOCKERFILE },
  { path: 'requirements.txt', content: lines(PIPELINE_REQUIREMENTS) },
]);

/** The name of the pipeline image of a stack; `loginServer` is the address of its registry. */
export const pipelineImage = (loginServer: string): string => `${loginServer}/${imageName(PIPELINE_IMAGE)}`;

/** The build of an image with more packages: `base` with these requirements. */
export const imageWith = (base: string, requirements: string, tag?: string): ImageBuild =>
  imageOf(
    '',
    [
      {
        path: 'Dockerfile',
        content: lines([
          `FROM ${base}`,
          'USER root',
          'COPY requirements.txt /opt/more-requirements.txt',
          'RUN python -m pip install --no-cache-dir --requirement /opt/more-requirements.txt',
          'USER 1000',
        ]),
      },
      { path: 'requirements.txt', content: requirements },
    ],
    tag === undefined ? {} : { tag },
  );

/** The build of an image; its tag is a prefix and a digest of the content, unless one is given. */
export function imageOf(
  prefix: string,
  files: ContextFile[],
  { dockerfile = 'Dockerfile', tag }: { dockerfile?: string; tag?: string } = {},
): ImageBuild {
  const digest = createHash('sha256')
    .update(JSON.stringify([dockerfile, files]))
    .digest('hex');
  return { repository: PIPELINES, tag: tag ?? prefix + digest.slice(0, 12), dockerfile, files };
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import {
  imageOf,
  imageWith,
  PIPELINE_IMAGE,
  PIPELINE_REQUIREMENTS,
  pipelineImage,
} from '../../lib/components/pipeline-image.ts';

const CLIENTS = { zenml: 'zenml', mlflow: 'mlflow', evidently: 'evidently', chroma: 'chromadb-client' };

test.each(Object.entries(CLIENTS))('the client of %s has the version of the server', (component, client) => {
  const version = defaultCatalogue.find(component)?.version ?? '';
  expect(PIPELINE_REQUIREMENTS).toContain(`${client}==${version}`);
});

test('every requirement is pinned, and is in the build context', () => {
  for (const requirement of PIPELINE_REQUIREMENTS) expect(requirement).toMatch(/^[A-Za-z0-9-]+==[\d.]+$/);
  const { content } = PIPELINE_IMAGE.files.find(({ path }) => path === 'requirements.txt') ?? {};
  expect(content?.split('\n').filter(Boolean)).toEqual(PIPELINE_REQUIREMENTS);
});

test('the image does not run as root, and its base comes from no registry with a limit for anonymous pulls', () => {
  const dockerfile = PIPELINE_IMAGE.files.find(({ path }) => path === 'Dockerfile')?.content ?? '';
  expect(dockerfile).toMatch(/^FROM mcr\.microsoft\.com\//);
  expect(dockerfile.trimEnd().split('\n').at(-1)).toBe('USER 1000');
});

test('the tag changes with the content only', () => {
  const files = [{ path: 'Dockerfile', content: 'FROM a\n' }];
  const tagOf = (changed: typeof files) => imageOf('', changed).tag;
  expect(tagOf(files)).toBe(tagOf(structuredClone(files)));
  expect(tagOf([{ path: 'Dockerfile', content: 'FROM b\n' }])).not.toBe(tagOf(files));
  expect(tagOf([{ path: 'dockerfile', content: 'FROM a\n' }])).not.toBe(tagOf(files));
  expect(PIPELINE_IMAGE.tag).toMatch(/^0\.96\.4-[0-9a-f]{12}$/);
});

test('an image with more packages is the pipeline image with them', () => {
  const base = pipelineImage('demoacr.azurecr.io');
  const { files } = imageWith(base, 'xgboost\n');
  expect(files[0]?.content).toMatch(new RegExp(`^FROM ${base}\n`));
  expect(files[1]).toEqual({ path: 'requirements.txt', content: 'xgboost\n' });
});

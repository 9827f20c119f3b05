import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../lib/api/openapi.ts';
import { apiPage } from '../../scripts/api-docs.ts';
import { operationIds, routes, type Route } from '../../lib/api/routes.ts';

const document = openApiDocument('1.2.3') as {
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>;
};

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(validator.version).toBe('3.1');
});

test('the document has every route exactly once', () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual([...operationIds].sort());
});

test('the declared path parameters are those in the path', () => {
  for (const [id, route] of Object.entries<Route>(routes)) {
    const inPath = Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
    const declared = document.paths[route.path]?.[route.method.toLowerCase()]?.parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => name);
    expect(declared, id).toEqual(inPath);
  }
});

test('docs/api.md is what the route table says', () => {
  expect(readFileSync('docs/api.md', 'utf8')).toBe(apiPage());
});

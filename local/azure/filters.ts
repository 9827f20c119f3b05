import type { Azure, Reply, Resource } from './arm.ts';
import { armError } from './errors.ts';

const CLAUSE = /^(\w+) eq '([^']*)'$/;

/**
 * The predicate of a `$filter` over groups or resources: `tagName`, `tagValue` and `resourceType` with `eq`,
 * joined by `and`. Throws for any other filter, as the real service does.
 */
export function matching(filter: string | null): (resource: Resource) => boolean {
  if (!filter) return () => true;
  const wanted = new Map(
    filter.split(/ and /i).map((clause): [string, string] => {
      const [, field = '', value = ''] = CLAUSE.exec(clause.trim()) ?? [];
      if (!['tagname', 'tagvalue', 'resourcetype'].includes(field.toLowerCase()))
        throw armError(
          400,
          'InvalidFilterInQueryString',
          `Invalid $filter '${filter}' specified in the query string.`,
        );
      return [field.toLowerCase(), value];
    }),
  );
  const tagName = wanted.get('tagname')?.toLowerCase();
  const tagValue = wanted.get('tagvalue');
  const type = wanted.get('resourcetype')?.toLowerCase();
  return (resource) => {
    const tag = Object.entries(resource.tags ?? {}).find(([name]) => name.toLowerCase() === tagName);
    return (
      (type === undefined || resource.type.toLowerCase() === type) &&
      (tagName === undefined || tag !== undefined) &&
      (tagValue === undefined || tag?.[1] === tagValue)
    );
  };
}

/** The generic list of tracked resources in a group or a subscription. It has no `properties`. */
export function listResources(azure: Azure, within: string, filter: string | null): Reply {
  const value = azure.resources
    .entries(`${within.toLowerCase()}/`)
    .map(([, resource]) => resource)
    .filter(({ type }) => azure.typeOf(type)?.isTracked)
    .filter(matching(filter))
    .map(({ id, name, type, kind, location, tags, sku, identity }) => ({
      id,
      name,
      type,
      kind,
      location,
      tags,
      sku,
      identity,
    }));
  return { status: 200, body: { value } };
}

/** A key to compare ids, which are case-insensitive: Azure's services write them differently. */
export const key = (id: string): string => id.toLowerCase();

/** Whether an id is equal to another one, or inside it. */
export const isWithin = (id: string, outer: string): boolean => `${key(id)}/`.startsWith(`${key(outer)}/`);

export const isWithinAny = (id: string, outers: readonly string[]): boolean =>
  outers.some((outer) => isWithin(id, outer));

/** The group, the type in lower case, and the name in an id. The type of a group is empty. */
export function parseId(id: string): { group: string; type: string; name: string } {
  const [, group = ''] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const [namespace = '', ...segments] = id.slice(id.lastIndexOf('/providers/')).split('/').slice(2);
  const isGroup = !id.includes('/providers/');
  const types = isGroup ? [] : [namespace, ...segments.filter((_, index) => index % 2 === 0)];
  return { group, type: types.join('/').toLowerCase(), name: id.split('/').at(-1) ?? '' };
}

export const ROLE_ASSIGNMENT = 'microsoft.authorization/roleassignments';

/** Whether an id is a top-level resource: not a group, a child resource or a role assignment. */
export const isResource = (id: string): boolean => {
  const { type } = parseId(id);
  return type.split('/').length === 2 && type !== ROLE_ASSIGNMENT;
};

/** Azure's ids are case-insensitive, and its services do not agree on how to write them. */
export const key = (id: string): string => id.toLowerCase();

/** Whether an id is another one, or of something in it. */
export const isWithin = (id: string, outer: string): boolean => `${key(id)}/`.startsWith(`${key(outer)}/`);

export const isWithinAny = (id: string, outers: readonly string[]): boolean =>
  outers.some((outer) => isWithin(id, outer));

/** What an id names: its group, its type in lower case, and its name. The type of a group is empty. */
export function parseId(id: string): { group: string; type: string; name: string } {
  const [, group = ''] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const [namespace = '', ...segments] = id.slice(id.lastIndexOf('/providers/')).split('/').slice(2);
  const isGroup = !id.includes('/providers/');
  const types = isGroup ? [] : [namespace, ...segments.filter((_, index) => index % 2 === 0)];
  return { group, type: types.join('/').toLowerCase(), name: id.split('/').at(-1) ?? '' };
}

export const ROLE_ASSIGNMENT = 'microsoft.authorization/roleassignments';

/** Whether an id is of a resource that stands for itself: no group, no part of another one, no role. */
export const isResource = (id: string): boolean => {
  const { type } = parseId(id);
  return type.split('/').length === 2 && type !== ROLE_ASSIGNMENT;
};

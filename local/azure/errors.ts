import type { Failure, Reply, Target } from './arm.ts';

/** Thrown by a handler to answer with an error. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply, message: string) {
    super(message);
    this.reply = reply;
  }
}

/** An error in Resource Manager's own shape: `{error: {code, message}}`. */
export function refuse(status: number, code: string, message: string, headers?: Reply['headers']): Refusal {
  const reply: Reply = { status, body: { error: { code, message } }, ...(headers && { headers }) };
  return new Refusal(reply, message);
}

/** An error in the shape of AKS: flat, as clients find it in the wild. */
export function refuseFlat(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, body: { code, details: null, message, subcode: '' } }, message);
}

/** The failure that a long-running operation reports instead of an error answer. */
export const failure = (code: string, message: string): Failure => ({ code, message });

export const groupNotFound = (name: string) =>
  refuse(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);

const resourceNotFound = (type: string, name: string, group?: string) =>
  refuse(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}'${group === undefined ? '' : ` under resource group '${group}'`} was not found. ` +
      'For more details please go to https://aka.ms/ARMResourceNotFoundFix',
  );

/** The 404 of a resource, or of a group, which has a code of its own. */
export const notFound = ({ type, name = '', group }: Target) =>
  type === 'Microsoft.Resources/resourceGroups' ? groupNotFound(name) : resourceNotFound(type, name, group);

/** The 404 of a resource by its id. */
export function idNotFound(id: string): Refusal {
  const [, group, namespace, type, name] =
    /\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/([^/]+)\/([^/]+)/i.exec(id) ?? [];
  return resourceNotFound(`${namespace ?? ''}/${type ?? ''}`, name ?? '', group);
}

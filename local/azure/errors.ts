import type { Failure, Reply, Target } from './arm.ts';

/** Thrown by a handler to send an error response. */
export class ArmError extends Error {
  readonly reply: Reply;

  constructor(reply: Reply, message: string) {
    super(message);
    this.reply = reply;
  }
}

/** An error in the format of Resource Manager: `{error: {code, message}}`. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers?: Reply['headers'],
): ArmError {
  const reply: Reply = { status, body: { error: { code, message } }, ...(headers && { headers }) };
  return new ArmError(reply, message);
}

/** An error in the flat format of AKS. */
export function aksError(status: number, code: string, message: string): ArmError {
  return new ArmError({ status, body: { code, details: null, message, subcode: '' } }, message);
}

/** The error of a failed long-running operation. */
export const failure = (code: string, message: string): Failure => ({ code, message });

export const groupNotFound = (name: string) =>
  armError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);

const resourceNotFound = (type: string, name: string, group?: string) =>
  armError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}'${group === undefined ? '' : ` under resource group '${group}'`} was not found. ` +
      'For more details please go to https://aka.ms/ARMResourceNotFoundFix',
  );

/** The 404 for a resource. A resource group has a different error code. */
export const notFound = ({ type, name = '', group }: Target) =>
  type === 'Microsoft.Resources/resourceGroups' ? groupNotFound(name) : resourceNotFound(type, name, group);

/** The 404 for a resource id. */
export function idNotFound(id: string): ArmError {
  const [, group, namespace, type, name] =
    /\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/([^/]+)\/([^/]+)/i.exec(id) ?? [];
  return resourceNotFound(`${namespace ?? ''}/${type ?? ''}`, name ?? '', group);
}

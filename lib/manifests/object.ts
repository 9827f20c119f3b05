/** A Kubernetes object in its JSON form. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** Owners, with which the object is deleted. */
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
}

/**
 * The member, unless its list is empty. The API server does not store some empty lists, so that applying one
 * again would be a change each time.
 */
export const unlessEmpty = <T extends Record<string, readonly unknown[]>>(member: T): Partial<T> =>
  Object.values(member).every(({ length }) => length === 0) ? {} : member;

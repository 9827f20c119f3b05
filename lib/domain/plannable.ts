import type { ResourceNames } from './names.ts';
import type { StorageGrant } from './plan.ts';
import type { StackSpec } from './spec.ts';
import type { Registration } from './registration.ts';

/** What planning needs to know of a component; the catalogue's entries have it all. */
export interface Plannable {
  name: string;
  title: string;
  version: string;
  /** Of what it applies; another one means that the catalogue has changed. */
  catalogueFingerprint: string;
  /** Whether a stack of this spec has it; a component without this is there when it was chosen. */
  when?: (spec: StackSpec) => boolean;
  dependsOn: readonly string[];
  azure?: {
    registry?: true;
    containers?: readonly string[];
    identity?: {
      namespace: string;
      serviceAccount: string;
      grants: readonly Omit<StorageGrant, 'identity'>[];
    };
  };
  workload?: { usual: { install: number; canary: number } };
  endpoint?: { public?: number };
  /** The capability to register the other components; the step that does it. */
  registrar?: { title: string; usual: number };
  /** By the registrar's name. */
  registers?: Record<string, (context: { spec: StackSpec; names: ResourceNames }) => Registration[]>;
}

/** Whether a stack of this spec has the component: it was chosen, or follows from the rest of the spec. */
export const isPartOf = (spec: StackSpec, { name, when }: Pick<Plannable, 'name' | 'when'>): boolean =>
  when === undefined ? spec.components.includes(name) : when(spec);

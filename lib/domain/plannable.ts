import type { ImageBuild } from './image.ts';
import type { ResourceNames } from './names.ts';
import type { StorageGrant } from './plan.ts';
import type { StackSpec } from './spec.ts';
import type { Registration } from './registration.ts';

/** The part of a catalogue entry that planning uses. */
export interface Plannable {
  name: string;
  title: string;
  version: string;
  /** Changes when the catalogue has another version or other manifests of the component. */
  catalogueFingerprint: string;
  /**
   * Whether a stack of this spec has it. A component without this is part of a stack when the spec lists it.
   */
  when?: (spec: StackSpec) => boolean;
  dependsOn: readonly string[];
  azure?: {
    registry?: true;
    image?: ImageBuild;
    containers?: readonly string[];
    identity?: {
      serviceAccounts: readonly { namespace: string; name: string }[];
      grants: readonly Omit<StorageGrant, 'identity'>[];
    };
    people?: { containers?: readonly string[]; namespace?: string };
  };
  workload?: { usual: { install: number; canary: number } };
  endpoint?: { public?: number };
  /** Set when it can register other components; describes the step. */
  registrar?: { title: string; usual: number };
  /** Set when it can be used as its users use it, to verify the stack. */
  verification?: Verifiable;
  /** Registrations, by the name of the registrar. */
  registers?: Record<
    string,
    (context: StackContext & { podEnvironment: Record<string, string> }) => Registration[]
  >;
  /** Environment variables with which its clients find it; never a secret. */
  environment?: (context: StackContext, from: 'cluster') => Record<string, string>;
}

interface StackContext {
  spec: StackSpec;
  names: ResourceNames;
}

/** How the verification of a component is planned. */
export interface Verifiable {
  /** The condition of the stack that says how it went. */
  condition: string;
  /** Title of the step. */
  title: string;
  /** Components that are verified first. Without one of them in the stack, this one is not verified. */
  needs: readonly string[];
  /** The usual duration, and its limit, in seconds. */
  usual: number;
  limit: number;
}

/**
 * Whether a stack of this spec has the component: the spec lists it, or other fields of the spec require it.
 */
export const isPartOf = (spec: StackSpec, { name, when }: Pick<Plannable, 'name' | 'when'>): boolean =>
  when === undefined ? spec.components.includes(name) : when(spec);

import type { Component } from '../lib/components/component.ts';
import type { SimulatedAzure } from './azure/index.ts';
import { vmSizes } from './azure/vm-sizes.ts';
import type { Faults } from './faults.ts';
import type { SimulatedKubernetes } from './kubernetes/index.ts';
import type { TableProxy } from './tables/proxy.ts';

/** What faults are injected into. */
export interface FaultTarget {
  faults: Faults;
  azure: SimulatedAzure;
  kubernetes: SimulatedKubernetes;
  tables: TableProxy | undefined;
  components: readonly Component[];
  /** Numbers from 0 to 1 (excluded). */
  random: () => number;
}

/** What a fault accepts as its value. */
export interface ValueKind {
  /** How help texts name a value. */
  placeholder: string;
  /** The accepted words; without them, every number from `min` to `max`. */
  words?: (components: readonly Component[]) => string[];
  min?: number;
  max?: number;
}

const ALWAYS = Number.POSITIVE_INFINITY;

const SIZE: ValueKind = { placeholder: 'SIZE', words: () => vmSizes().map(({ name }) => name) };
const RATE: ValueKind = { placeholder: 'P', min: 0, max: 1 };

/** The part of the path of an Azure resource after its group. */
const POLICIES: Record<string, RegExp> = {
  storage: /\/storageAccounts\/[^/]+$/i,
  registry: /\/registries\/[^/]+$/i,
  identity: /\/userAssignedIdentities\/[^/]+$/i,
  cluster: /\/managedClusters\/[^/]+$/i,
};

const arm = (code: string, message: string) => ({ error: { code, message } });

/** A fault that lasts until the embedded Azure stops. */
export interface FaultKind {
  value: ValueKind;
  summary: string;
  inject: (target: FaultTarget, value: string) => void | Promise<void>;
}

/** Every fault that can be named. An operation takes the first that matches, so that `slow` is the last of its kind. */
export const FAULT_KINDS = {
  quota: {
    value: SIZE,
    summary: 'no vCPU quota for the family of this node size',
    inject: ({ azure }, size) => azure.exhaustQuota(size),
  },
  capacity: {
    value: SIZE,
    summary: 'Azure has no machines of this node size',
    inject: ({ azure }, size) => azure.exhaustCapacity(size),
  },
  policy: {
    value: { placeholder: 'KIND', words: () => Object.keys(POLICIES) },
    summary: `a policy denies a kind of resource: ${Object.keys(POLICIES).join(', ')}`,
    inject: ({ faults }, kind) => {
      const name = `no-${kind}`;
      const id = `/providers/Microsoft.Authorization/policyAssignments/${name}`;
      const identifiers = JSON.stringify([{ policyAssignment: { name, id } }]);
      const body = arm(
        'RequestDisallowedByPolicy',
        `The resource was disallowed by policy. Policy identifiers: '${identifiers}'.`,
      );
      const path = POLICIES[kind] ?? /$^/;
      faults.add({ target: 'arm', method: 'PUT', path, times: ALWAYS, respond: { status: 403, body } });
    },
  },
  stuck: {
    value: {
      placeholder: 'TOOL',
      words: (components) =>
        components.filter(({ workload }) => workload?.standIn !== undefined).map(({ name }) => name),
    },
    summary: 'the images of this component cannot be pulled',
    async inject({ kubernetes, components }, name) {
      const { workload } = components.find((component) => component.name === name) ?? {};
      for (const { image } of (await workload?.standIn?.())?.servers ?? [])
        kubernetes.breakImage(image, 'ImagePullBackOff');
    },
  },
  throttle: {
    value: RATE,
    summary: 'Azure answers requests with 429',
    inject: ({ faults }, rate) => {
      const body = arm('TooManyRequests', 'The request is being throttled.');
      const respond = { status: 429, headers: { 'retry-after': '5' }, body };
      faults.add({ target: 'arm', path: /./, times: ALWAYS, probability: Number(rate), respond });
    },
  },
  unavailable: {
    value: RATE,
    summary: 'Azure and the clusters answer requests with 503',
    inject: ({ faults }, rate) => {
      const message = 'The service is temporarily unavailable.';
      const body = { ...arm('ServiceUnavailable', message), kind: 'Status', code: 503, message };
      for (const target of ['arm', 'kubernetes'] as const)
        faults.add({
          target,
          path: /./,
          times: ALWAYS,
          probability: Number(rate),
          respond: { status: 503, body },
        });
    },
  },
  lost: {
    value: RATE,
    summary: 'responses of Azure and the clusters are lost; the requests take effect',
    inject: ({ faults }, rate) => {
      for (const target of ['arm', 'kubernetes'] as const)
        faults.add({ target, path: /./, times: ALWAYS, probability: Number(rate), loseResponse: true });
    },
  },
  builds: {
    value: { placeholder: 'HOW', words: () => ['refused', 'failing'] },
    summary: 'the subscription may not build images, or every build fails: refused, failing',
    inject: ({ azure }, how) =>
      void azure.changeSubscription({ imageBuilds: how === 'refused' ? 'refused' : 'failing' }),
  },
  tables: {
    value: RATE,
    summary: 'the records of Matcha answer requests with 503',
    inject: ({ tables, random }, rate) => {
      if (tables) tables.fault = () => (random() < Number(rate) ? 503 : undefined);
    },
  },
  slow: {
    value: { placeholder: 'FACTOR', min: 1, max: 1000 },
    summary: "Azure's operations take this many times as long",
    inject: ({ azure }, factor) =>
      azure.injectFault({ resource: /./, times: ALWAYS, slowdown: Number(factor) }),
  },
} satisfies Record<string, FaultKind>;

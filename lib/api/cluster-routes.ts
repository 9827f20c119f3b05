import { z } from 'zod';
import { POLICY } from '../domain/policy.ts';
import { clusterView } from './cluster.ts';
import { clusterCredentials, PURPOSES } from './credentials.ts';
import { tail, toolLogs } from './logs.ts';
import { stackName } from './schemas.ts';

const stack = z.strictObject({ name: stackName });

/** Routes for what is inside of a stack: its cluster, and the tools in it. */
export const clusterRoutes = {
  getCluster: {
    method: 'GET',
    path: '/stacks/{name}/cluster',
    summary: 'Show the version and the node pools of the cluster in Azure',
    role: POLICY.getCluster.role,
    params: stack,
    responses: { 200: clusterView },
  },
  issueCredentials: {
    method: 'POST',
    path: '/stacks/{name}/credentials',
    summary: 'Issue a token of one hour for the tools of a stack; this is recorded as an event',
    role: POLICY.issueCredentials.role,
    params: stack,
    query: z.strictObject({
      purpose: z.enum(PURPOSES).default('connect').meta({
        description: '`connect` forwards ports to the tools; `pipelines` also submits pipelines.',
      }),
    }),
    responses: { 200: clusterCredentials },
  },
  readLogs: {
    method: 'GET',
    path: '/stacks/{name}/logs/{component}',
    summary: 'Show the latest log lines of a tool, without secrets',
    role: POLICY.readLogs.role,
    params: stack.extend({ component: z.string().meta({ description: 'Name of the component.' }) }),
    query: z.strictObject({ tail }),
    responses: { 200: toolLogs },
  },
} as const;

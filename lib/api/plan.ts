import { z } from 'zod';
import { person } from '../domain/principal.ts';
import { METER_KINDS, type CostEstimate } from '../domain/cost.ts';
import { planChanges } from '../domain/changes.ts';
import { OPERATION_KINDS } from '../domain/plan.ts';
import { PHASES } from '../domain/status.ts';
import { stepView } from './operation.ts';

const meter = z.templateLiteral([z.enum(METER_KINDS), '/', z.string()]);

const costEstimate: z.ZodType<CostEstimate> = z.strictObject({
  currency: z.literal('USD'),
  source: z.enum(['azure-retail-prices', 'offline']),
  asOf: z.string(),
  items: z.array(
    z.strictObject({
      resource: z.string(),
      meter,
      unit: z.string(),
      quantity: z.number(),
      unitPrice: z.number(),
      hourly: z.number(),
      monthly: z.number(),
      hibernatedMonthly: z.number(),
    }),
  ),
  hourly: z.number(),
  monthly: z.strictObject({ low: z.number(), expected: z.number(), high: z.number() }),
  hibernatedMonthly: z.number(),
  assumptions: z.array(z.string()),
  unpriced: z.array(z.string()),
});

/** A plan, as shown before it runs. */
export const planView = z
  .strictObject({
    stack: z.string(),
    kind: z.enum(OPERATION_KINDS),
    preset: z.string(),
    location: z.string(),
    /** Tools in the cluster; `from` is the installed version when it differs. */
    components: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        version: z.string(),
        from: z.string().exactOptional(),
      }),
    ),
    /** Azure resources; `detail` gives the size. */
    resources: z.array(
      z.strictObject({ kind: z.string(), name: z.string(), detail: z.string().exactOptional() }),
    ),
    steps: z.array(stepView.pick({ id: true, title: true, after: true, usual: true })),
    access: z.enum(['private', 'public']),
    owner: person,
    members: z.array(person),
    /** Usual duration of the whole operation in seconds. */
    usual: z.number(),
    cost: costEstimate,
    /** Networks that may reach a public stack. */
    allowFrom: z.array(z.string()).exactOptional(),
    /** The current phase; absent for a new stack. */
    phase: z.enum(PHASES).exactOptional(),
    /** Absent in the plan of an upgrade of tools. */
    changes: planChanges.exactOptional(),
  })
  .meta({ id: 'Plan' });
export type PlanView = z.infer<typeof planView>;

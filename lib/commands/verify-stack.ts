import type { OperationView } from '../api/operation.ts';
import type { Plan } from '../domain/plan.ts';
import { withMeasured } from '../domain/expected.ts';
import { MATCHA } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { obstacleOf, planVerify } from '../domain/verify.ts';
import type { CommandContext, Services } from '../services.ts';
import type { StackRecord, Stored } from '../tables/index.ts';
import { beginOperation, type RequestOptions } from './begin-operation.ts';
import { stackFor, refuseIfHibernated } from './read-stacks.ts';

/** Runs a pipeline on a stack and serves the model that it trains, as far as the stack has what that needs. */
export async function verifyStack(
  context: CommandContext,
  { name, ...options }: { name: string } & RequestOptions,
): Promise<OperationView> {
  const { services, principal } = context;
  const current = await stackFor(services, principal, 'verifyStack', name);
  const stack = current.value;
  const plan = await verificationOf(services, stack);
  return beginVerification(context, current, plan, {
    ...options,
    message: `${principal.name} asked to verify ${name}.`,
    refuse() {
      refuseIfHibernated(stack);
      if (stack.phase !== 'Ready' && stack.phase !== 'Degraded')
        throw new ProblemError('STACK_NOT_PROVISIONED', `${name} is ${stack.phase} and cannot be verified.`);
      if (stack.displaced !== undefined) {
        const operationId = stack.displaced.operation;
        throw new ProblemError('OPERATION_IN_PROGRESS', `${operationId} is being ended.`, { operationId });
      }
      if (plan.steps.length === 0)
        throw new ProblemError('NOTHING_TO_VERIFY', `${name} has no component that runs pipelines.`);
      const obstacle = obstacleOf(stack.conditions);
      if (obstacle !== undefined)
        throw new ProblemError('VERIFICATION_IMPOSSIBLE', `${name} cannot be verified.`, {
          cause: `${obstacle.reason}: ${obstacle.message}`,
        });
    },
  });
}

/** Verifies a stack whose last operation asks for it. */
export async function verifyIfDue(
  context: Omit<CommandContext, 'principal'>,
  current: Stored<StackRecord>,
): Promise<void> {
  const stack = current.value;
  const { verifyDue, phase, activeOperation, displaced, spec } = stack;
  if (verifyDue !== true || phase !== 'Ready' || (activeOperation ?? displaced) !== undefined) return;
  const plan = await verificationOf(context.services, stack);
  await beginVerification({ ...context, principal: MATCHA }, current, plan, {
    message: `${spec.name} is verified after its last change.`,
  });
}

const verificationOf = async ({ store, catalogue }: Services, { spec, suffix }: StackRecord): Promise<Plan> =>
  withMeasured(planVerify(spec, suffix, catalogue.components), await store.getDurations());

/** The stack stays what it is: it is used as its users use it. */
const beginVerification = (
  context: CommandContext,
  current: Stored<StackRecord>,
  plan: Plan,
  options: RequestOptions & { message: string; refuse?: () => void },
): Promise<OperationView> =>
  beginOperation(context, { plan, current, next: current.value, request: {}, ...options });

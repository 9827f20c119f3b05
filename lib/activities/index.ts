import type { Outcome, Superseded } from '../domain/outcome.ts';
import type { StepActivity } from '../domain/plan.ts';
import type { StepRun } from '../domain/run.ts';
import type { Log } from '../telemetry/log.ts';
import { checkComponent } from './check.ts';
import type { Activity } from './activity.ts';
import { withCluster, withNewAddress } from './with-cluster.ts';
import { installComponent } from './install.ts';
import { registerStack } from './register.ts';
import { removeComponent } from './remove.ts';
import { deleteResources, takeInventory, writeReceipt } from './receipt.ts';
import { runStep, type StepServices } from './run-step.ts';
import { upgradeComponent } from './upgrade.ts';
import { removeVerification, verifyComponent } from './verify.ts';

export { claimOperation } from './claim.ts';
export { concludeOperation } from './conclude.ts';
export { createFences, fencedStore } from './fence.ts';

/** Every activity, by the name that orchestrators call. */
const activities: { [A in StepActivity]: Activity<A> } = {
  preflight: ({ azure }, { input }) => azure.preflight(input),
  ensureResourceGroup: ({ azure }, { input }) => azure.ensureResourceGroup(input),
  ensureStorage: ({ azure }, { input, resume }) => azure.ensureStorage(input, resume),
  ensureRegistry: ({ azure }, { input, resume }) => azure.ensureRegistry(input, resume),
  ensureImage: ({ azure }, { input, resume }) => azure.ensureImage(input, resume),
  ensureIdentities: ({ azure }, { input }) => azure.ensureIdentities(input),
  ensureStorageRoles: ({ azure }, { input }) => azure.ensureStorageRoles(input),
  ensureCluster: async (services, { input, resume, startedAt }) => {
    const { azure, now } = services;
    const call = { startedAt, now: now(), ...(resume !== undefined && { resume }) };
    return withNewAddress(services, input, await azure.ensureCluster(input, call));
  },
  ensureClusterAccess: async (services, { input, title }) => {
    const granted = await services.azure.ensureClusterAccess(input);
    if (granted.state !== 'ready') return granted;
    return withCluster(services, input, title, (cluster) => cluster.reachable(title));
  },
  ensureTeamAccess: ({ azure }, { input, resume }) => azure.ensureTeamAccess(input, resume),
  installComponent,
  upgradeComponent,
  checkComponent,
  registerStack,
  verifyComponent,
  removeVerification,
  removeComponent,
  removeUnused: ({ azure }, { input, resume }) => azure.removeUnused(input, resume),
  stopCluster: ({ azure }, { input, resume }) => azure.stopCluster(input, resume),
  startCluster: async (services, { input, resume }) =>
    withNewAddress(services, input, await services.azure.startCluster(input, resume)),
  takeInventory,
  deleteResources,
  writeReceipt,
};

/** The names of all activities that steps call. */
export const stepActivities = Object.keys(activities) as StepActivity[];

/** Runs the activity of a step. It never throws. */
export type RunStep = <A extends StepActivity>(
  name: A,
  run: StepRun<A>,
  log: Log,
) => Promise<Outcome | Superseded>;

/** Binds the activities to the services of an app. */
export const createSteps =
  (services: StepServices): RunStep =>
  (name, run, log) =>
    runStep(services, activities[name], run, log);

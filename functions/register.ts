import type { App } from '../lib/app.ts';
import { registerOrchestrations } from '../orchestrations/register.ts';
import { registerChat } from './chat/register.ts';
import { registerHttp } from './http/register.ts';
import { registerSlack } from './http/slack.ts';
import { registerTeams } from './http/teams.ts';
import { registerPruning } from './timers/prune.ts';
import { registerReconciler } from './timers/reconcile.ts';

/** Registers all functions. */
export function registerFunctions(app: App): void {
  registerOrchestrations(app);
  registerChat(app);
  registerSlack(app);
  registerTeams(app);
  registerHttp(app);
  registerReconciler(app);
  registerPruning(app);
}

// Everything that the Functions host runs; importing a file registers what is in it.
import '../orchestrations/register.ts';
import './http/meta.ts';
import './http/operations.ts';
import './http/stacks.ts';
import './timers/reconcile.ts';

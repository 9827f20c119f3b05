import type { Clock } from '../../clock.ts';
import type { WorkQueue } from '../work-queue.ts';
import { EventType } from './events.ts';
import type {
  MessageEvent,
  SubOrchestrationCreated,
  TaskEvent,
  TaskScheduled,
  TimerCreated,
} from './events.ts';
import { isFinished } from './instances.ts';
import type { Instance } from './instances.ts';
import type { InstanceRecord } from './store.ts';

export interface NewInstance {
  name: string;
  instanceId: string;
  /** JSON. */
  input: string | null;
  version: string | null;
  parent?: InstanceRecord['parent'];
}

/** The functions of the engine that a dispatch needs. */
export interface DispatchContext {
  clock: Clock;
  activities: WorkQueue;
  runActivity: (task: TaskScheduled) => Promise<MessageEvent>;
  isStopped: () => boolean;
  isLive: (instance: Instance) => boolean;
  find: (instanceId: string) => InstanceRecord | undefined;
  start: (instance: NewInstance) => void;
  deliver: (instance: Instance, message: MessageEvent) => void;
  /** Sends the result of a finished instance to its parent. */
  report: (record: InstanceRecord) => void;
}

/** Creates a function that starts a scheduled task. After a restart it is called again for tasks without a result. */
export function createDispatch(context: DispatchContext): (instance: Instance, task: TaskEvent) => void {
  const { clock, activities, runActivity, isStopped, isLive, find, start, deliver, report } = context;

  function startActivity(instance: Instance, task: TaskScheduled): void {
    const { executionId } = instance.record;
    activities.add(async () => {
      if (isStopped()) return;
      const completion = await runActivity(task);
      if (isLive(instance) && instance.record.executionId === executionId) deliver(instance, completion);
    });
  }

  function startTimer(instance: Instance, { EventId, FireAt }: TimerCreated): void {
    // One more millisecond, so that the rounded time of the next episode is never before FireAt.
    const delay = Math.max(0, Date.parse(FireAt) - clock.now()) + 1;
    const timer = clock.after(delay, () => {
      instance.timers.delete(timer);
      deliver(instance, { EventType: EventType.TimerFired, TimerId: EventId, FireAt });
    });
    instance.timers.add(timer);
  }

  function startChild(instance: Instance, task: SubOrchestrationCreated): void {
    const { instanceId, executionId } = instance.record;
    const parent = { instanceId, executionId, taskId: task.EventId };
    const existing = find(task.InstanceId);
    const isOurs = JSON.stringify(existing?.parent) === JSON.stringify(parent);
    if (existing !== undefined && isOurs) {
      if (isFinished(existing)) report(existing);
    } else if (existing !== undefined && !isFinished(existing)) {
      const Reason = `An Orchestration instance with the status ${existing.status} already exists.`;
      deliver(instance, {
        EventType: EventType.SubOrchestrationInstanceFailed,
        TaskScheduledId: task.EventId,
        Reason,
        Details: Reason,
      });
    } else {
      start({
        name: task.Name,
        instanceId: task.InstanceId,
        input: task.Input,
        version: task.Version ?? null,
        parent,
      });
    }
  }

  return (instance, task) => {
    if (task.EventType === EventType.TaskScheduled) startActivity(instance, task);
    else if (task.EventType === EventType.TimerCreated) startTimer(instance, task);
    else startChild(instance, task);
  };
}

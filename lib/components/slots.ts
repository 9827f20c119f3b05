import { ProblemError } from '../domain/problem.ts';
import type { Component } from './component.ts';

/**
 * Throws SLOT_TAKEN for two components in the same slot. The remedies suggest to leave out either of them.
 */
export function requireFreeSlots(components: readonly Component[]): void {
  for (const [index, second] of components.entries()) {
    const first = components.slice(0, index).find(({ slot }) => slot !== undefined && slot === second.slot);
    if (first === undefined) continue;
    const without = (left: Component) =>
      components.flatMap(({ name }) => (name === left.name ? [] : [name])).sort();
    throw new ProblemError(
      'SLOT_TAKEN',
      `${first.title} and ${second.title} are both a ${slotTitle(second.slot ?? '')}, of which a stack has one.`,
      {
        remedies: [[first, second] as const, [second, first] as const].map(([keep, leave]) => ({
          action: 'provisionStack',
          arguments: { components: without(leave) },
          text: `Use ${keep.title} without ${leave.title}.`,
        })),
      },
    );
  }
}

const slotTitle = (slot: string): string => slot.replaceAll('-', ' ');

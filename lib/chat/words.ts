import type { PlanView } from '../api/plan.ts';
import { clock } from '../domain/duration-text.ts';
import { roughMoney } from '../domain/money.ts';
import type { Phase } from '../domain/status.ts';
import type { CardProgress, Tone } from './card.ts';

/** `a, b and c`. */
export const sentence = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** `1 step`, `2 steps`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `2026-11-21 14:03 UTC` of an ISO 8601 time. */
export const timeText = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** `about $255/month while running, $14 while hibernated`; `at least` when a price is missing. */
export const costText = ({ monthly, hibernatedMonthly, unpriced }: PlanView['cost']): string =>
  `${unpriced.length === 0 ? 'about' : 'at least'} ${roughMoney(monthly.expected)}/month while running, ` +
  `${roughMoney(hibernatedMonthly)} while hibernated`;

const PHASE_TONES: Partial<Record<Phase, Tone>> = { Ready: 'good', Degraded: 'warning', Failed: 'bad' };

export const phaseTone = (phase: Phase): Tone => PHASE_TONES[phase] ?? 'neutral';

/** The width of a progress bar in characters. */
const BAR = 20;

/** `▓▓▓▓▓▓▓▓▓░░░░░░░░░░░`. */
export function progressBar({ done, of }: Pick<CardProgress, 'done' | 'of'>): string {
  const filled = of === 0 ? 0 : Math.round((done / of) * BAR);
  return '▓'.repeat(filled) + '░'.repeat(BAR - filled);
}

/** `4:10 / ~9:00`: the time so far, and the usual time. */
export const progressTimes = ({ elapsed, usual }: Pick<CardProgress, 'elapsed' | 'usual'>): string =>
  `${clock(elapsed)} / ~${clock(usual)}`;

import type { CostEstimate, CostItem } from '../../lib/domain/cost.ts';
import { money, roughMoney } from './money.ts';
import { table } from './table.ts';
import { labeled, sentence, type Look } from './text.ts';

/** `about $255/month while running, $14 while hibernated`; `at least` when a price is missing. */
export function costText({ monthly, hibernatedMonthly, unpriced }: CostEstimate): string {
  const about = unpriced.length === 0 ? 'about' : 'at least';
  return `${about} ${roughMoney(monthly.expected)}/month while running, ${roughMoney(hibernatedMonthly)} while hibernated`;
}

/** The cost of each resource, resources without a price, and the assumptions. */
export function costLines(cost: CostEstimate, look: Look): string[] {
  const { monthly, unpriced, assumptions, source, asOf } = cost;
  const from = source === 'offline' ? `offline prices of ${asOf}` : `list prices of ${asOf}`;
  const range =
    monthly.low === monthly.high
      ? money(monthly.expected)
      : `${money(monthly.expected)}, up to ${money(monthly.high)} with all nodes`;
  const facts: [label: string, text: string][] = [
    ['Total', `${range}; ${from}`],
    ...(unpriced.length === 0 ? [] : [['No price', sentence(unpriced)] satisfies [string, string]]),
    ['Assumed', assumptions.join(' ')],
  ];
  return [
    ...table<CostItem>(
      [
        { title: 'COST', text: ({ resource }) => resource },
        { title: 'BILLED', text: billed, optional: 1 },
        { title: 'PER MONTH', text: ({ monthly }) => moneyOrNone(monthly), right: true },
        { title: 'HIBERNATED', text: ({ hibernatedMonthly }) => moneyOrNone(hibernatedMonthly), right: true },
      ],
      cost.items,
      { ...look, width: look.width - INDENT.length },
    ).map((line) => INDENT + line),
    ...facts.flatMap(([label, text]) => labeled(INDENT + label, text, TEXT_COLUMN, look)),
  ];
}

const moneyOrNone = (dollars: number): string => (dollars === 0 ? '-' : money(dollars));

const INDENT = '  ';
const TEXT_COLUMN = 14;

/** `1 x Standard_D4s_v5`; `50 GB x Hot LRS`. */
const billed = ({ meter, quantity, unit }: CostItem): string =>
  `${quantity}${unit === 'GB-month' ? ' GB' : ''} x ${meter.slice(meter.indexOf('/') + 1)}`;

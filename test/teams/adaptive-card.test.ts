import { describe, expect, it } from 'vitest';
import type { Card } from '../../lib/chat/card.ts';
import {
  adaptiveCard,
  cardActivity,
  escapeMarkdown,
  type CardElement,
} from '../../lib/teams/adaptive-card.ts';
import { exampleCards } from '../../scripts/example-cards.ts';
import { cardErrors } from '../helpers/adaptive-cards.ts';

/** All objects in a card. */
const partsOf = (value: unknown): CardElement[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...('type' in value ? [value as CardElement] : []), ...Object.values(value).flatMap(partsOf)];

const runsOf = (card: Card) => partsOf(adaptiveCard(card)).filter(({ type }) => type === 'TextRun');
const textOf = (card: Card) =>
  runsOf(card)
    .map(({ text }) => text)
    .join('');
const repeat = <T>(times: number, item: T): T[] => Array.from({ length: times }, () => item);

const long = '**x** `y` <at>z</at> '.repeat(1000);
const huge: Card = {
  title: long,
  state: { text: 'Ready', tone: 'good' },
  text: repeat(100, long),
  facts: repeat(100, { label: long, text: long }),
  progress: {
    ...{ done: 500, of: 100, elapsed: 1e7, usual: 0 },
    steps: repeat(100, { title: long, state: 'running' as const, detail: long }),
  },
  buttons: repeat(50, { text: long, command: 'status demo' }),
  note: long,
};

describe('adaptiveCard', () => {
  const cards: [string, Card][] = [
    ...exampleCards.map((card): [string, Card] => [card.state?.text ?? card.title, card]),
    ['only a title', { title: 'demo' }],
    ['no progress yet', { title: 'demo', progress: { done: 0, of: 0, elapsed: 0, usual: 0, steps: [] } }],
    ['huge', huge],
  ];

  it.each(cards)("Microsoft's library finds no error: %s", (_, card) => {
    expect(cardErrors(adaptiveCard(card))).toEqual([]);
  });

  it('the library finds the errors of a wrong card', () => {
    expect(cardErrors({ type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlok' }] })).not.toEqual(
      [],
    );
    const link = { type: 'Action.OpenUrl', title: 'Open' };
    expect(cardErrors({ type: 'AdaptiveCard', version: '1.5', body: [], actions: [link] })).not.toEqual([]);
  });

  it.each(cards)('the message is smaller than 28 KB: %s', (_, card) => {
    expect(Buffer.byteLength(JSON.stringify(cardActivity(card)))).toBeLessThan(28_000);
  });

  it('a button runs its command, also in clients without Action.Execute', () => {
    const { actions } = adaptiveCard({
      title: 'demo',
      buttons: [{ text: 'Destroy', style: 'danger', command: 'destroy demo' }],
    });
    const data = { command: 'destroy demo' };
    expect(actions).toEqual([
      {
        ...{ type: 'Action.Execute', title: 'Destroy', style: 'destructive', verb: 'command', data },
        fallback: { type: 'Action.Submit', title: 'Destroy', style: 'destructive', data },
      },
    ]);
  });

  it('the bar is as long as the progress, and red when a step failed', () => {
    const progress = { done: 5, of: 10, elapsed: 65, usual: 3725, steps: [] };
    const bar = (card: Card) => runsOf(card).filter(({ text }) => String(text).includes('━'));
    expect(bar({ title: '', progress }).map(({ text, color }) => [String(text).length, color])).toEqual([
      [16, 'Accent'],
      [16, 'Light'],
    ]);
    const failed = { ...progress, done: 10, steps: [{ title: 'AKS cluster', state: 'failed' as const }] };
    expect(bar({ title: '', progress: failed }).map(({ color }) => color)).toEqual(['Attention']);
    expect(textOf({ title: '', progress })).toContain('5 of 10 steps · 1:05 of about 1:02:05');
  });

  it('shows text as it is: no Markdown, no function of adaptive cards', () => {
    const text = '**bold** [link](https://example.com) {{DATE(2026-01-01T00:00:00Z)}}';
    const card = { title: text, text: [text], note: text, facts: [{ label: text, text }] };
    // No TextBlock, whose text is read as Markdown.
    expect(partsOf(adaptiveCard(card)).filter(({ type }) => type === 'TextBlock')).toEqual([]);
    expect(textOf(card)).toContain('**bold** [link](https://example.com)');
    expect(JSON.stringify(adaptiveCard(card))).not.toContain('{{');
  });

  it('shows text between backticks as code', () => {
    expect(runsOf({ title: 'demo', text: ['Run `matcha link teams`, then wait.'] }).slice(1)).toEqual([
      { type: 'TextRun', text: 'Run ' },
      { type: 'TextRun', text: 'matcha link teams', fontType: 'Monospace' },
      { type: 'TextRun', text: ', then wait.' },
    ]);
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['Standard_D4s_v5', String.raw`Standard\_D4s\_v5`],
    ['**bold** ~gone~ `code`', String.raw`\*\*bold\*\* \~gone\~ \`code\``],
    ['[link](https://example.com)', String.raw`\[link\](https://example.com)`],
    ['- item', String.raw`\- item`],
    ['1. item', String.raw`1\. item`],
    ['# title', String.raw`\# title`],
    ['about $14.90 a day, demo-k8s', 'about $14.90 a day, demo-k8s'],
    [String.raw`a\*b`, String.raw`a\\\*b`],
  ])('%s', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

import type { Button, Card, CardProgress, Fact, Tone } from '../chat/card.ts';
import { clock } from '../domain/duration-text.ts';
import { shorten } from '../domain/quote.ts';

/** An element or action of a card: https://adaptivecards.io/explorer */
export type CardElement = { type: string } & Record<string, unknown>;

/** A card of Teams, whose messages are limited to 28 KB. */
export interface AdaptiveCard {
  type: 'AdaptiveCard';
  $schema: string;
  /** Action.Execute needs 1.5 in Teams. */
  version: '1.5';
  body: CardElement[];
  actions: CardElement[];
}

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/** Teams shows six buttons; more go into a menu that clients on phones do not have. */
const MOST = { buttons: 6, facts: 20, steps: 20, paragraphs: 10 };

/** In characters. */
const LONGEST = { title: 200, paragraph: 800, fact: 300, detail: 200, button: 60, note: 300 };

/** In bytes. The rest is for what Teams adds. */
const LARGEST = 24_000;

/** Cuts a text to what there is room for. */
type Cut = (text: string, kind: keyof typeof LONGEST) => string;

/** Renders a card for Teams. Texts are cut until it is small enough. */
export function adaptiveCard(card: Card): AdaptiveCard {
  for (let share = 1; ; share /= 2) {
    const rendered = render(card, (text, kind) => shorten(text, Math.round(LONGEST[kind] * share)));
    if (Buffer.byteLength(JSON.stringify(rendered)) <= LARGEST || share < 0.1) return rendered;
  }
}

const render = (
  { title, state, text = [], facts = [], progress, buttons = [], note }: Card,
  cut: Cut,
): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  body: [
    header(cut(title, 'title'), state),
    ...text.slice(0, MOST.paragraphs).map((one) => words(paragraph(cut(one, 'paragraph')))),
    ...(progress === undefined ? [] : progressElements(progress, cut)),
    ...(facts.length === 0 ? [] : [factSet(facts, cut)]),
    ...(note === undefined
      ? []
      : [words([run(cut(note, 'note'), { size: 'Small', isSubtle: true })], 'Medium')]),
  ],
  actions: buttons.slice(0, MOST.buttons).map((button) => action(button, cut)),
});

const COLORS: Record<Tone, string> = {
  good: 'Good',
  warning: 'Warning',
  bad: 'Attention',
  neutral: 'Accent',
};

function header(title: string, state: Card['state']): CardElement {
  const column = (width: string, element: CardElement): CardElement => ({
    type: 'Column',
    width,
    verticalContentAlignment: 'Center',
    items: [element],
  });
  const bold = { weight: 'Bolder' };
  return {
    type: 'ColumnSet',
    columns: [
      column('stretch', words([run(title, { ...bold, size: 'Medium' })])),
      ...(state === undefined
        ? []
        : [column('auto', words([run(`● ${state.text}`, { ...bold, color: COLORS[state.tone] })]))]),
    ],
  };
}

/**
 * Text without markup: the runs of a RichTextBlock are not read as Markdown. `{{` begins a function of adaptive cards,
 * such as DATE.
 */
const run = (text: string, look: Record<string, unknown> = {}): CardElement => ({
  type: 'TextRun',
  text: text.replaceAll('{{', '{\u200b{'),
  ...look,
});

/** Text between backticks is code. */
const paragraph = (text: string): CardElement[] =>
  text
    .split('`')
    .map((part, index) => run(part, index % 2 === 1 ? { fontType: 'Monospace' } : {}))
    .filter(({ text }) => text !== '');

const words = (inlines: CardElement[], spacing?: string): CardElement => ({
  type: 'RichTextBlock',
  inlines,
  ...(spacing !== undefined && { spacing }),
});

/** The bar in characters of a fixed width, which all clients can draw. */
const BAR = 32;

function progressElements({ done, of, elapsed, usual, steps }: CardProgress, cut: Cut): CardElement[] {
  const filled = Math.min(BAR, Math.round((done / Math.max(1, of)) * BAR));
  const hasFailed = steps.some(({ state }) => state === 'failed');
  const bar = (length: number, look: object) =>
    length === 0 ? [] : [run('━'.repeat(length), { fontType: 'Monospace', weight: 'Bolder', ...look })];
  return [
    words(
      [
        ...bar(filled, { color: hasFailed ? 'Attention' : 'Accent' }),
        ...bar(BAR - filled, { isSubtle: true, color: 'Light' }),
      ],
      'Small',
    ),
    words(
      [
        run(`${done} of ${of} steps · ${clock(elapsed)} of about ${clock(usual)}`, {
          size: 'Small',
          isSubtle: true,
        }),
      ],
      'None',
    ),
    ...steps.slice(0, MOST.steps).map((step) => stepElement(step, cut)),
  ];
}

const MARKS = {
  done: { mark: '✔', color: 'Good' },
  failed: { mark: '✖', color: 'Attention' },
  running: { mark: '▸', color: 'Accent' },
  waiting: { mark: '·', color: 'Default' },
};

function stepElement({ title, state, detail }: CardProgress['steps'][number], cut: Cut): CardElement {
  const { mark, color } = MARKS[state];
  return words(
    [
      run(`${mark}  `, { color, weight: 'Bolder' }),
      run(cut(title, 'detail'), { isSubtle: state === 'waiting' }),
      ...(detail === undefined ? [] : [run(`  ${cut(detail, 'detail')}`, { isSubtle: true })]),
    ],
    'Small',
  );
}

const factSet = (facts: Fact[], cut: Cut): CardElement => ({
  type: 'FactSet',
  spacing: 'Medium',
  facts: facts.slice(0, MOST.facts).map(({ label, text }) => ({
    title: escapeMarkdown(cut(label, 'fact')),
    value: escapeMarkdown(cut(text, 'fact')),
  })),
});

/** Escapes what Teams reads as Markdown in a fact: emphasis, code and links, and at the beginning also lists. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('{{', '{\u200b{')
    .replaceAll(/[\\*_~`[\]<]/g, String.raw`\$&`)
    .replace(/^(\s*)([-+#>])/, String.raw`$1\$2`)
    .replace(/^(\s*\d+)\./, String.raw`$1\.`);

/** What an invoke of Action.Execute carries back in `verb`. */
const VERB = 'command';

const STYLES = { primary: 'positive', danger: 'destructive' };

function action({ text, style, command, url }: Button, cut: Cut): CardElement {
  const title = cut(text, 'button');
  const look = { title, ...(style !== undefined && { style: STYLES[style] }) };
  if (url !== undefined) return { type: 'Action.OpenUrl', ...look, url };
  const data = { command: command ?? 'help' };
  // Clients without Action.Execute send the same data in a message.
  const fallback = { type: 'Action.Submit', ...look, data };
  return { type: 'Action.Execute', ...look, verb: VERB, data, fallback };
}

/** The activity that shows a card. */
export const cardActivity = (card: Card) => ({
  type: 'message',
  summary: shorten([card.title, card.state?.text].filter(Boolean).join(': '), LONGEST.title),
  attachments: [{ contentType: CARD_TYPE, content: adaptiveCard(card) }],
});

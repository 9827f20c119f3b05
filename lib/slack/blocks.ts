import type { KnownBlock } from '@slack/web-api';
import type { Button, Card, CardProgress, Fact, Tone } from '../chat/card.ts';
import { progressBar, progressTimes } from '../chat/words.ts';

/**
 * The limits of Block Kit. https://docs.slack.dev/reference/block-kit/blocks and
 * https://docs.slack.dev/reference/block-kit/block-elements/button-element
 */
const LIMIT = {
  blocks: 50,
  text: 3000,
  /** Of this project. */
  title: 300,
  field: 2000,
  fields: 10,
  buttons: 25,
  buttonText: 75,
  value: 2000,
  url: 3000,
} as const;

const MARKS: Record<Tone, string> = { good: '✅', warning: '⚠️', bad: '❌', neutral: '⏳' };

/** A card as a message: its blocks, and the text of notifications. */
export const messageOf = (card: Card): { text: string; blocks: KnownBlock[] } => ({
  text: escaped([card.title, card.state?.text].filter(Boolean).join(': '), LIMIT.text),
  blocks: [
    section(headline(card)),
    ...(card.progress ? [section(progressText(card.progress))] : []),
    ...paragraphs(card.text ?? []),
    ...chunks(card.facts ?? [], LIMIT.fields).map(fieldsBlock),
    ...chunks(card.buttons ?? [], LIMIT.buttons).map(actions),
    ...(card.note === undefined ? [] : [note(card.note)]),
  ].slice(0, LIMIT.blocks),
});

function headline({ title, state }: Card): string {
  const marked = state === undefined ? '' : `   ${MARKS[state.tone]} ${escaped(state.text, LIMIT.title)}`;
  return `*${escaped(title, LIMIT.title)}*${marked}`;
}

/** The characters that are markup in every text (https://docs.slack.dev/messaging/formatting-message-text). */
function escaped(text: string, limit: number = LIMIT.text): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // A cut must not leave half of an entity.
  return safe.length <= limit ? safe : `${safe.slice(0, limit - 1).replace(/&[a-z]{0,3}$/, '')}…`;
}

/** `verbatim`: names and addresses in the text do not become links or mentions. */
const markdown = (text: string) => ({ type: 'mrkdwn' as const, text, verbatim: true });

/** `text` is escaped. */
const section = (text: string): KnownBlock => ({ type: 'section', text: markdown(text) });

/** As few sections as the limit of a text allows. */
function paragraphs(texts: readonly string[]): KnownBlock[] {
  const sections: string[] = [];
  for (const text of texts.map((one) => escaped(one))) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= LIMIT.text)
      sections[sections.length - 1] = `${last}\n${text}`;
    else if (text !== '') sections.push(text);
  }
  return sections.map(section);
}

function progressText(progress: CardProgress): string {
  const { done, of, steps } = progress;
  const lines = steps.map(({ title, state, detail }) =>
    [STEP_MARKS[state], title + (detail === undefined ? '' : `: ${detail}`)].join(' '),
  );
  const head = `${progressBar(progress)}   ${done} of ${of}   ${progressTimes(progress)}`;
  return escaped([head, ...lines].join('\n'));
}

const STEP_MARKS: Record<CardProgress['steps'][number]['state'], string> = {
  running: '▸',
  done: '✔',
  failed: '✖',
  waiting: '·',
};

const fieldsBlock = (facts: readonly Fact[]): KnownBlock => ({
  type: 'section',
  fields: facts.map(({ label, text }) =>
    markdown(`*${escaped(label, 100)}*\n${escaped(text, LIMIT.field - 110)}`),
  ),
});

const note = (text: string): KnownBlock => ({
  type: 'context',
  elements: [markdown(escaped(text, LIMIT.field))],
});

type ActionsBlock = Extract<KnownBlock, { type: 'actions' }>;

const actions = (buttons: readonly Button[]): KnownBlock => ({
  type: 'actions',
  elements: buttons.flatMap((button, index) => element(button, index)),
});

/** A command that is too long for Slack, and a link that is not one of the web, has no button. */
function element({ text, style, command, url }: Button, index: number): ActionsBlock['elements'] {
  if ((command ?? '').length > LIMIT.value || (url ?? '').length > LIMIT.url) return [];
  if (url !== undefined && !/^https?:\/\//.test(url)) return [];
  return [
    {
      type: 'button',
      action_id: `matcha-${index}`,
      text: plain(text, LIMIT.buttonText),
      ...(style && { style }),
      ...(command !== undefined && { value: command }),
      ...(url !== undefined && { url }),
      ...(style === 'danger' && { confirm: confirmOf(text) }),
    },
  ];
}

const plain = (text: string, limit: number) => ({
  type: 'plain_text' as const,
  text: text.length <= limit ? text : `${text.slice(0, limit - 1)}…`,
});

/** What cannot be undone is asked for again by Slack itself. */
const confirmOf = (text: string) => ({
  title: plain('Are you sure?', 100),
  text: plain(`${text}?`, 300),
  confirm: plain('Yes', 30),
  deny: plain('No', 30),
  style: 'danger' as const,
});

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

import { expect, test } from 'vitest';
import type { Card } from '../../lib/chat/card.ts';
import { messageOf } from '../../lib/slack/blocks.ts';

interface Text {
  text: string;
  verbatim?: boolean;
}
interface Block {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: { text: Text; value?: string; confirm?: object; url?: string }[];
}

const blocksOf = (card: Card) => messageOf(card).blocks as unknown as Block[];

test('progress has a bar, the steps that run and the usual time', () => {
  const card: Card = {
    title: 'demo, llm, uksouth',
    state: { text: 'Provisioning', tone: 'neutral' },
    progress: {
      done: 5,
      of: 11,
      elapsed: 250,
      usual: 540,
      steps: [{ title: 'AKS cluster', state: 'running', detail: 'Creating' }],
    },
    note: 'requested by ada',
  };
  expect(messageOf(card)).toEqual({
    text: 'demo, llm, uksouth: Provisioning',
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*demo, llm, uksouth*   ⏳ Provisioning', verbatim: true },
      },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: '▓▓▓▓▓▓▓▓▓░░░░░░░░░░░   5 of 11   4:10 / ~9:00\n▸ AKS cluster: Creating',
          verbatim: true,
        },
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'requested by ada', verbatim: true }] },
    ],
  });
});

test('names and errors of others are not markup', () => {
  const hostile = '<!channel> & <https://evil.example|here>';
  const card: Card = {
    title: hostile,
    text: [hostile],
    facts: [{ label: hostile, text: hostile }],
    note: hostile,
  };
  const sent = JSON.stringify(messageOf(card));
  expect(sent).not.toMatch(/<[!h]/);
  expect(sent).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;');
});

test('nothing exceeds the limits of Block Kit', () => {
  const long = '<&>'.repeat(5000);
  const many = <T>(one: T) => Array.from({ length: 60 }, () => one);
  const blocks = blocksOf({
    title: long,
    text: many(long.slice(0, 900)),
    facts: many({ label: long, text: long }),
    buttons: many({ text: long, command: 'status demo' }),
    note: long,
  });
  expect(blocks).toHaveLength(50);
  for (const { text, fields = [], elements = [] } of blocks) {
    expect(text?.text.length ?? 1).toBeLessThanOrEqual(3000);
    expect(fields.length).toBeLessThanOrEqual(10);
    for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000);
    expect(elements.length).toBeLessThanOrEqual(25);
  }
  expect(JSON.stringify(blocks)).not.toMatch(/&(?!amp;|lt;|gt;)/);
});

test('what deletes something is asked for again; a link has no value', () => {
  const [, actions] = blocksOf({
    title: 'Destroy demo?',
    buttons: [
      { text: 'Destroy demo', style: 'danger', command: 'confirm 0123' },
      { text: 'Open', url: 'https://portal.azure.com' },
      { text: 'Odd', url: 'javascript:alert(1)' },
      { text: 'Too long', command: 'x'.repeat(2001) },
    ],
  });
  const [danger, link, ...rest] = actions?.elements ?? [];
  expect(danger).toMatchObject({ value: 'confirm 0123', style: 'danger', confirm: { style: 'danger' } });
  expect(link).toMatchObject({ url: 'https://portal.azure.com' });
  expect(link).not.toHaveProperty('value');
  expect(rest).toEqual([]);
});

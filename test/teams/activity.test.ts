import { describe, expect, it } from 'vitest';
import { activity, activityKey, commandText, type Message } from '../../lib/teams/activity.ts';
import { BOT, messageOf, pressOf } from '../helpers/teams-activities.ts';

const sender = {
  from: { id: '29:ada', name: 'Ada', aadObjectId: '44444444-4444-4444-8444-444444444444' },
  tenant: '11111111-1111-4111-8111-111111111111',
};
const parsed = (change: object = {}) => activity.parse({ ...messageOf(sender, 'list'), ...change });

describe('activity', () => {
  it.each(['typing', 'messageReaction', 'event', 'messageUpdate', 'endOfConversation'])(
    '%s is something else',
    (type) => {
      expect(parsed({ type }).type).toBe('other');
    },
  );

  it('an invoke that is not of a button of ours is something else', () => {
    expect(parsed({ type: 'invoke', name: 'composeExtension/query', value: {} }).type).toBe('other');
  });

  it.each([
    ['no id', { id: undefined }],
    ['an id that leaves its path', { id: '..' }],
    ['a conversation that leaves its path', { conversation: { id: '.' } }],
    ['a person that is not one of Entra', { from: { id: '29:ada', aadObjectId: "' or 1 eq 1" } }],
  ])('%s is refused', (_, change) => {
    expect(activity.safeParse({ ...messageOf(sender, 'list'), ...change }).success).toBe(false);
  });
});

describe('commandText', () => {
  it.each<[string, object, string]>([
    ['without the mention of the bot', {}, 'list'],
    ['without a mention', { text: '  status   demo ', entities: [] }, 'status demo'],
    ['with a mention in the middle', { text: `status <at>${BOT.name}</at> demo` }, 'status demo'],
    [
      'with the mention of somebody else',
      {
        text: '<at>Bob</at> list',
        entities: [{ type: 'mention', text: '<at>Bob</at>', mentioned: { id: '29:bob' } }],
      },
      '<at>Bob</at> list',
    ],
    ['of a button in an old client', { text: undefined, value: { command: 'wake demo' } }, 'wake demo'],
  ])('%s', (_, change, text) => {
    expect(commandText(parsed(change) as Message)).toBe(text);
  });
});

describe('activityKey', () => {
  it('is the same for an activity that is delivered twice, and another one in another conversation', () => {
    const one = pressOf(sender, 'list');
    const key = activityKey(activity.parse(one));
    expect(key).toBe(activityKey(activity.parse({ ...one, timestamp: 'later' })));
    expect(key).not.toBe(activityKey(activity.parse({ ...one, conversation: { id: 'other' } })));
    expect(key).toMatch(/^[a-z0-9-]{1,64}$/);
  });
});

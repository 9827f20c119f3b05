import { PEOPLE } from '../people.ts';

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Matcha: sign in</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; color: #222 }
  button { font: inherit; display: flex; justify-content: space-between; width: 100%; padding: .6rem 1rem;
    margin: .5rem 0; border: 1px solid #bbb; border-radius: .4rem; background: #fff; cursor: pointer }
  button:hover, button:focus { border-color: #3a7d44; background: #f2f8f3 }
  input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; text-transform: uppercase }
  small { color: #666 }
</style>
${body}
</html>
`;

/** A form on which one picks who to be. `kept` are fields that it sends back. */
export const peoplePage = (kept: Iterable<[string, string]>, { asksForCode = false } = {}): string =>
  page(`<h1>Sign in</h1>
<p>This is the simulated directory of this machine. Who do you want to be?</p>
<form method="post">
${Array.from(kept, ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('\n')}
${asksForCode ? '<p><label>The code that was shown <input name="user_code" required autofocus></label></p>' : ''}
${Object.entries(PEOPLE)
  .map(
    ([key, { name, role = 'no role' }]: [string, { name: string; role?: string }]) =>
      `<button name="person" value="${key}">${escape(name)} <small>${role}</small></button>`,
  )
  .join('\n')}
<button name="person" value="nobody">Nobody: cancel</button>
</form>`);

export const textPage = (title: string, text: string): string =>
  page(`<h1>${escape(title)}</h1>\n<p>${escape(text)}</p>`);

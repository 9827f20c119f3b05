/** Replaces a secret in a text. */
export const SCRUBBED = '***';

/** Shorter values, such as a user name, are no secrets and are parts of other words. */
const MIN_LENGTH = 8;

/**
 * Removes secrets from the text of another system, so that it can be shown, stored and logged. `handled` are
 * secret values that were just sent to that system or read from it; values of known forms are removed without
 * it. Names, ids, addresses and hashes stay.
 */
export const scrub = (text: string, handled: readonly string[] = []): string =>
  FORMS.reduce(
    (safe, [form, replacement]) => safe.replace(form, replacement),
    withoutValues(text, handled.filter(({ length }) => length >= MIN_LENGTH).flatMap(spellings)),
  );

/** A copy of plain data with every string scrubbed. */
export function scrubAll<T>(value: T): T;
export function scrubAll(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((element) => scrubAll<unknown>(element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, scrubAll<unknown>(member)]));
}

/** A value as texts contain it: as it is, in JSON, in a URL, and as in the data of a Kubernetes Secret. */
const spellings = (value: string): string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  btoa(String.fromCharCode(...new TextEncoder().encode(value))),
];

/** The longest first, because one may contain another. */
const withoutValues = (text: string, values: string[]): string =>
  values.sort((a, b) => b.length - a.length).reduce((safe, value) => safe.replaceAll(value, SCRUBBED), text);

/** Names of values that are always secret. */
const SECRET =
  'pass(?:word|wd|phrase)|\\bpwd|connection[-_]?string|shared[-_]?access[-_]?signature|client[-_]?secret|' +
  '(?:account|access|api|client|encryption|primary|private|secondary|secret|shared|signing|storage)[-_]?key(?:[-_]?data)?';
/** These names, and others that are also words of sentences and of field paths. */
const ANY = `(?:${SECRET}|token|secret|credentials?|\\bsig(?:nature)?)`;

/** A quotation mark, also one in JSON within JSON. */
const MARK = String.raw`\\{0,3}["']`;
/** A quoted text. It may have lost its end. */
const QUOTED = String.raw`(?:\\+"(?:(?!\\*").)*(?:\\+"|(?=")|$)|"(?:\\.|[^"\\])*(?:"|$)|'(?:\\.|[^'\\])*(?:'|$))`;
const LETTER = String.raw`[^\s"'\\,;&(){}[\]<>]`;
const VALUE = `(?:${QUOTED}|${LETTER}+)`;
const GAP = String.raw`\s{0,4}`;

/** Matches a secret after a text that stays, which is the first group. */
const after = (text: string, secret: string): [RegExp, string] => [
  new RegExp(`(${text})${secret}`, 'gis'),
  `$1${SCRUBBED}`,
];

/** Known forms of secrets. Each takes linear time. */
const FORMS: [RegExp, string][] = [
  // SQLAlchemy quotes all values of a failed statement, and then links to its documentation.
  [/\[parameters: (?!\*{3}\]).*?(?=\(Background on this error|$)/gs, `[parameters: ${SCRUBBED}] `],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/gs, SCRUBBED],
  // https://user:password@host
  after(String.raw`\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#:@"'<>]{0,200}:`, String.raw`[^\s/?#@"'<>]{1,400}(?=@)`),
  // An HTTP header, and a token in a sentence.
  after(`\\bauthorization(?:${MARK})?${GAP}[:=]${GAP}(?:${MARK})?(?:\\w+ )?`, `${LETTER}+`),
  after('\\b(?:bearer|basic) ', String.raw`(?=\S*\d|\S{20})[\w+/=.~-]{8,}`),
  // password=…, "password": "…", password: …
  after(`${ANY}(?:${MARK})?${GAP}=${GAP}`, VALUE),
  after(`${ANY}${MARK}${GAP}:${GAP}`, QUOTED),
  after(`(?:${SECRET})${GAP}:${GAP}`, VALUE),
  after(`${ANY}:${GAP}`, `(?=${LETTER}{0,400}\\d)${LETTER}{16,}`),
  // {"name": "DB_PASSWORD", "value": "…"}, and the keys of a storage account.
  after(`(?:${ANY}[\\w-]{0,60}|${MARK}keyName${MARK}${GAP}:${GAP}${MARK}\\w{0,60})(?:${MARK})?[\\s,]{1,20}(?:${MARK})?value(?:${MARK})?${GAP}[:=]${GAP}`, VALUE),
  // The key of a storage account.
  [/[A-Za-z0-9+/]{86}==/g, SCRUBBED],
  // A JSON Web Token, also one that is cut off.
  [/(?<![A-Za-z0-9])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, SCRUBBED],
  // Client secrets of Entra; tokens of GitHub, GitLab, Slack and Hugging Face.
  [/[\w.~-]{3}\dQ~[\w.~-]{31,34}/g, SCRUBBED],
  [/\b(?:gh[opsru]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|hf_\w{30,})/g, SCRUBBED],
  after(String.raw`hooks\.slack\.com\/services\/`, '[\\w/]+'),
]; // prettier-ignore

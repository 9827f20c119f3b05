// Draws docs/images/teams-card.png: cards for Teams, drawn by Microsoft's library for adaptive cards in Chromium.
// Needs a Chromium: CHROMIUM=/usr/bin/chromium node scripts/card-pictures.ts
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adaptiveCard } from '../lib/teams/adaptive-card.ts';
import { exampleCards } from './example-cards.ts';

const PICTURE = join(import.meta.dirname, '..', 'docs', 'images', 'teams-card.png');
const SIZE = { width: 1220, height: 470 };

const colors = (hex: string) => ({ default: hex, subtle: `${hex}99` });

/** The look of Teams' light theme, as far as the cards use it. */
const TEAMS = {
  spacing: { small: 4, default: 8, medium: 16, large: 24, extraLarge: 32, padding: 16 },
  fontTypes: {
    default: font('"Segoe UI", "Liberation Sans", sans-serif'),
    monospace: font('Consolas, "Liberation Mono", monospace'),
  },
  containerStyles: {
    default: {
      backgroundColor: '#FFFFFF',
      foregroundColors: {
        default: { default: '#252423', subtle: '#605E5C' },
        light: { default: '#E1DFDD', subtle: '#E1DFDD' },
        accent: colors('#6264A7'),
        good: colors('#237B4B'),
        warning: colors('#835C00'),
        attention: colors('#C4314B'),
      },
    },
  },
  actions: { maxActions: 6, buttonSpacing: 8, actionAlignment: 'left', actionsOrientation: 'horizontal' },
  factSet: {
    spacing: 16,
    title: { weight: 'Bolder', wrap: true, maxWidth: 150 },
    value: { weight: 'Default', wrap: true },
  },
};

function font(fontFamily: string) {
  return {
    fontFamily,
    fontSizes: { small: 12, default: 14, medium: 18, large: 24, extraLarge: 32 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 24, large: 32, extraLarge: 40 },
  };
}

const STYLE = `
  body { margin: 0; padding: 20px; background: #f5f5f5; columns: 3; column-gap: 20px; }
  .card { break-inside: avoid; margin: 0 0 20px; background: white; border: 1px solid #e1dfdd; border-radius: 6px; box-shadow: 0 1px 3px #0002; }
  .ac-actionSet, .ac-actionSet > div { flex-wrap: wrap !important; row-gap: 8px; }
  .ac-pushButton { font: 600 14px "Segoe UI", "Liberation Sans", sans-serif; height: 32px; padding: 0 12px; border-radius: 4px;
    background: white; color: #252423; border: 1px solid #d1d1d1; }
  .ac-pushButton.style-positive { background: #6264a7; border-color: #6264a7; color: white; }
  .ac-pushButton.style-destructive { color: #c4314b; border-color: #c4314b; }`;

const library = readFileSync(
  createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js'),
  'utf8',
);

/** Undoes the escapes of Markdown, which Teams reads and the library leaves to its host. */
const DRAW = `
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    const element = document.createElement('div');
    element.textContent = text.replace(/\\\\([^a-z0-9\\s])/gi, '$1');
    result.outputHtml = element.innerHTML;
    result.didProcess = true;
  };
  for (const card of CARDS) {
    const adaptive = new AdaptiveCards.AdaptiveCard();
    adaptive.hostConfig = new AdaptiveCards.HostConfig(TEAMS);
    adaptive.parse(card);
    const frame = document.createElement('div');
    frame.className = 'card';
    frame.append(adaptive.render());
    document.body.append(frame);
  }`;

const json = (value: unknown) => JSON.stringify(value).replaceAll('<', String.raw`\u003c`);

const folder = mkdtempSync(join(tmpdir(), 'matcha-cards-'));
try {
  const page = join(folder, 'cards.html');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><body><script>${library}</script>
     <script>const CARDS = ${json(exampleCards.map(adaptiveCard))}, TEAMS = ${json(TEAMS)};${DRAW}</script>`,
  );
  mkdirSync(dirname(PICTURE), { recursive: true });
  execFileSync(process.env['CHROMIUM'] ?? 'chromium', [
    ...[
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--hide-scrollbars',
    ],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    `--user-data-dir=${join(folder, 'profile')}`,
    `--window-size=${SIZE.width},${SIZE.height}`,
    '--force-device-scale-factor=2',
    `--screenshot=${PICTURE}`,
    `file://${page}`,
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import type { ImageView } from '../../lib/api/image.ts';
import { clock, secondsBetween } from './duration.ts';
import { table } from './table.ts';
import { oneLine, type Look, type Tone } from './text.ts';

const TONES: Partial<Record<ImageView['state'], Tone>> = {
  Succeeded: 'green',
  Running: 'cyan',
  Failed: 'red',
};

/** The latest builds of a registry; the address of the registry is left out. */
export const imageTable = (images: readonly ImageView[], look: Look): string[] =>
  table(
    [
      { title: 'ID', text: ({ id }) => id },
      { title: 'STATE', text: ({ state }) => state, tone: ({ state }) => TONES[state] },
      { title: 'TIME', text: ({ createdAt }) => `${createdAt.slice(0, 16)}Z`, optional: 2 },
      { title: 'TOOK', text: took, right: true, optional: 3 },
      { title: 'BY', text: ({ requestedBy = '-' }) => requestedBy, most: 20, optional: 1 },
      { title: 'IMAGE', text: ({ image = '-' }) => image.replace(/^[^/]+\//, ''), most: 120 },
    ],
    images,
    look,
  );

/** An image that is built, and how a pipeline uses it. */
export const builtLines = ({ image = '', ...view }: ImageView, look: Look): string[] => [
  `${look.paint('green', '✔')} ${look.paint('bold', oneLine(image))} built in ${took(view)}, in the registry`,
  `      ${look.paint('cyan', `DockerSettings(skip_build=True, parent_image="${oneLine(image)}")`)}`,
];

const took = ({ startedAt, finishedAt }: Pick<ImageView, 'startedAt' | 'finishedAt'>): string =>
  startedAt === undefined || finishedAt === undefined ? '-' : clock(secondsBetween(startedAt, finishedAt));

/** Lines of a log. It comes from a build, so it must not control the terminal. */
export const logLines = (text: string): string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replaceAll(/[^\P{Cc}\t]/gu, ''));

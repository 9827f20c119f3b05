import type { CatalogueView } from '../../lib/api/service.ts';
import { table } from './table.ts';
import { labeled, wrap, type Look } from './text.ts';

/** `default + chroma` when a preset contains another one, otherwise its components. */
export function presetText(presets: CatalogueView['presets'], name: string): string {
  const components = presets[name] ?? [];
  const base = Object.entries(presets).find(
    ([other, parts]) =>
      other !== name && parts.length < components.length && parts.every((part) => components.includes(part)),
  );
  if (base === undefined) return components.join(', ');
  return [base[0], ...components.filter((component) => !base[1].includes(component))].join(' + ');
}

/** Presets; an asterisk marks the chosen one. */
export function presetLines(
  presets: CatalogueView['presets'],
  chosen: string | undefined,
  look: Look,
): string[] {
  const names = Object.keys(presets);
  const column = Math.max(...names.map((name) => name.length)) + 5;
  return names.flatMap((name) => {
    const mark = name === chosen ? '*' : ' ';
    return labeled(`${mark} ${name}`, presetText(presets, name), column, look);
  });
}

/** Presets, components and regions. */
export const catalogueLines = ({ presets, components, regions }: CatalogueView, look: Look): string[] => [
  look.paint('bold', 'Presets'),
  ...presetLines(presets, undefined, look),
  '',
  look.paint('bold', 'Components'),
  ...table(
    [
      { title: 'NAME', text: ({ name }) => name },
      { title: 'VERSION', text: ({ version }) => version },
      { title: 'SLOT', text: ({ slot = '' }) => slot, optional: 2 },
      { title: 'NEEDS', text: ({ dependsOn }) => dependsOn.join(', '), optional: 1 },
      { title: 'WHAT', text: ({ title, summary }) => `${title}: ${summary}`, wraps: true },
    ],
    components,
    look,
  ),
  '',
  look.paint('bold', 'Regions'),
  ...wrap(regions.join(' '), look.width - 2).map((line) => `  ${line}`),
];

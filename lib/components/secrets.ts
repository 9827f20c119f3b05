import type { GeneratedSecret } from './component.ts';

/** The values of a generated secret, by key; `random` returns random letters and digits. */
export function secretValues(
  { values }: GeneratedSecret,
  random: (length: number) => string,
): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'string') made[key] = value;
    else if ('random' in value) made[key] = random(value.random);
    else made[key] = value.template.replace(/\{([\w-]+)\}/g, (whole, other: string) => made[other] ?? whole);
  }
  return made;
}

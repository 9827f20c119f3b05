const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The message of the API server for an invalid quantity. */
export const QUANTITY_RULE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Parses a Kubernetes quantity such as `500m` or `1Gi`; undefined if it is invalid. */
export function parseQuantity(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const {
    number,
    suffix = '',
    exponent,
  } = /^(?<number>[+-]?(?:\d+\.?\d*|\.\d+))(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d+))?$/.exec(
    quantity,
  )?.groups ?? {};
  if (number === undefined) return undefined;
  return Number(number) * (exponent === undefined ? (FACTORS[suffix] ?? 1) : 10 ** Number(exponent));
}

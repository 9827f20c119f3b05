/** `$8.50`. */
export const money = (dollars: number): string => `$${dollars.toFixed(2)}`;

/** `$255`, or `$8.50` below ten dollars. */
export const roughMoney = (dollars: number): string =>
  dollars < 10 ? money(dollars) : `$${dollars.toFixed(0)}`;

/** What was thrown, as an error: JavaScript allows anything to be thrown. */
export const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

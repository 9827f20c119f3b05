/** What the person who starts a program has to correct: one or two sentences, shown without a stack trace. */
export class UsageError extends Error {}

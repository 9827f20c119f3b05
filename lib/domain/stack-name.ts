/** Short, because Azure limits the name of a storage account, which begins with it, to 24 characters. */
export const STACK_NAME_PATTERN = '[a-z][a-z0-9]{2,10}';

export const STACK_NAME = new RegExp(`^${STACK_NAME_PATTERN}$`);

/** The pattern in words. */
export const STACK_NAME_RULE = '3 to 11 characters: a lower-case letter, then lower-case letters and digits';

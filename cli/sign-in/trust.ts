import { isLoopback } from '../../lib/domain/loopback.ts';
import { confirm } from '../consent.ts';
import { fromEnvironment, type Context } from '../context.ts';

/**
 * A server gets a token, and matcha.config.json may come from anybody: its server is trusted after a question. One that
 * was typed, and this machine, are trusted.
 */
export async function confirmServer(
  context: Pick<Context, 'options' | 'server' | 'terminal' | 'words'>,
): Promise<void> {
  const { options, server } = context;
  const isTyped = options.server !== undefined || fromEnvironment('MATCHA_URL') !== undefined;
  if (isTyped || isLoopback(new URL(server).hostname)) return;
  await confirm(context, `Sign in to ${server}, which matcha.config.json names?`, { byDefault: false });
}

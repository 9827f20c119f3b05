import { chooseStack, type Context } from '../context.ts';
import type { ExitCode } from '../exit.ts';
import { follow, followOrReturn } from '../follow.ts';

/** Verifies a stack. A verification that runs already is followed. */
export async function verify(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options } = context;
  const name = await chooseStack(context, argument);
  const { value: stack } = await api('getStack', { params: { name } });
  const { operation, activeOperation } = stack;
  const isVerified =
    activeOperation !== undefined && operation?.kind === 'verify' && operation.state === 'Running';
  if (isVerified && options.wait !== false) return await follow(context, operation, ['verify']);
  const { value: started } = await api('verifyStack', { params: { name } });
  return await followOrReturn(context, started, { about: ['verify'], started: 'is being verified' });
}

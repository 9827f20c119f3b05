import type { CallerView, SignInView } from '../api/sign-in.ts';
import { authorize } from '../domain/policy.ts';
import { personOf, type Principal } from '../domain/principal.ts';
import type { Services } from '../services.ts';

/** Where callers sign in. */
export const readSignIn = ({ signIn }: Pick<Services, 'signIn'>): SignInView => signIn;

/** Who the caller is. */
export function whoAmI(principal: Principal): CallerView {
  authorize(principal, 'whoAmI');
  const { tenant, role } = principal;
  return { ...personOf(principal), tenant, role };
}

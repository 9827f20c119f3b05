import { z } from 'zod';
import { accessEvent } from '../domain/access.ts';
import { person, ROLES } from '../domain/principal.ts';
import { nextPage } from './schemas.ts';

/** Where callers sign in. `none`: on the machine of a developer, everybody is that developer. */
export const signInView = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('oidc'),
      /** Has the OpenID configuration at `/.well-known/openid-configuration`. */
      issuer: z.url(),
      tenantId: z.string(),
      /** The client id of the command, a public client. */
      clientId: z.string(),
      /** The scopes to ask for, separated by spaces. */
      scope: z.string(),
    }),
  ])
  .meta({ id: 'SignIn' });
export type SignInView = z.infer<typeof signInView>;

/** Who the caller is. */
export const callerView = z
  .strictObject({ ...person.shape, tenant: z.string(), role: z.enum(ROLES) })
  .meta({ id: 'Caller' });
export type CallerView = z.infer<typeof callerView>;

/** A page of refused requests, newest first. */
export const accessEventList = z.strictObject({
  events: z.array(accessEvent.meta({ id: 'AccessEvent' })),
  ...nextPage,
});
export type AccessEventList = z.infer<typeof accessEventList>;

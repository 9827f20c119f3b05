/** Where callers sign in, for clients. */
export type SignIn =
  { kind: 'none' } | { kind: 'oidc'; issuer: string; tenantId: string; clientId: string; scope: string };

/** The permission of the API that clients ask for. */
export const SCOPE = 'access_as_user';

/** What clients need to sign somebody in to a tenant of Entra. */
export const signInOf = ({
  authority,
  tenantId,
  signInClientId,
  apiClientId,
}: {
  authority: string;
  tenantId: string;
  signInClientId: string;
  apiClientId: string;
}): SignIn => ({
  kind: 'oidc',
  issuer: `${authority}/v2.0`,
  tenantId,
  clientId: signInClientId,
  // Without offline_access there is no refresh token.
  scope: `api://${apiClientId}/${SCOPE} openid profile offline_access`,
});

/**
 * An error of Entra, with its code of
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export class IssuerError extends Error {
  /** The code of OAuth 2.0. */
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

export const ERRORS = {
  unknownClient: () =>
    new IssuerError('unauthorized_client', 'AADSTS700016: The application was not found in the directory.'),
  wrongRedirect: () =>
    new IssuerError(
      'invalid_request',
      'AADSTS50011: The redirect URI does not match those of the application, which is http://localhost with any port.',
    ),
  publicClient: () =>
    new IssuerError(
      'invalid_client',
      'AADSTS700025: The client is public, so neither client_assertion nor client_secret may be presented.',
    ),
  missing: (name: string) =>
    new IssuerError('invalid_request', `AADSTS900144: The request must contain the parameter ${name}.`),
  responseType: () =>
    new IssuerError('unsupported_response_type', 'AADSTS700054: Only the response type code is enabled.'),
  challengeMethod: () =>
    new IssuerError('invalid_request', 'AADSTS501491: code_challenge_method must be S256.'),
  unknownScope: () =>
    new IssuerError(
      'invalid_scope',
      'AADSTS70011: A scope of the request is not valid for this application.',
    ),
  grantType: () => new IssuerError('unsupported_grant_type', 'AADSTS70003: The grant type is not supported.'),
  wrongVerifier: () =>
    new IssuerError('invalid_grant', 'AADSTS501481: The code_verifier does not match the code_challenge.'),
  unknownGrant: () => new IssuerError('invalid_grant', 'AADSTS70000: The grant is not valid.'),
  usedCode: () => new IssuerError('invalid_grant', 'AADSTS54005: The code was already redeemed.'),
  expiredGrant: () => new IssuerError('invalid_grant', 'AADSTS70008: The grant has expired.'),
  pending: () =>
    new IssuerError('authorization_pending', 'AADSTS70016: The person has not finished to sign in.'),
  declined: () => new IssuerError('authorization_declined', 'AADSTS70018: The person declined.'),
  unknownDeviceCode: () =>
    new IssuerError('bad_verification_code', 'AADSTS70019: The verification code is not valid.'),
  expiredDeviceCode: () => new IssuerError('expired_token', 'AADSTS70020: The code has expired.'),
} as const;

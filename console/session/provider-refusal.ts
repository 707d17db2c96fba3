/** Why a provider let nobody in, in codes alone: what it wrote beside them may name people. */
export interface ProviderRefusal {
  /** OAuth's: `access_denied`, `invalid_client`. */
  readonly error?: string;
  /** Entra's own, more exact: `AADSTS50105`. */
  readonly aadsts?: string;
}

/**
 * Reads what the sign-in library threw: the provider's answer at the callback (RFC 6749, 4.1.2.1) and at the token endpoint
 * (5.2) are told alike. Undefined for what is no answer of the provider's.
 */
export function providerRefusal(thrown: unknown): ProviderRefusal | undefined {
  if (typeof thrown !== "object" || thrown === null || !("error" in thrown) || typeof thrown.error !== "string") return undefined;
  const described = "error_description" in thrown ? String(thrown.error_description) : "";
  const [aadsts] = /\bAADSTS\d{4,9}\b/.exec(described) ?? [];
  return { ...(/^[a-z_]{1,60}$/.test(thrown.error) && { error: thrown.error }), ...(aadsts !== undefined && { aadsts }) };
}

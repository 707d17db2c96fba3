/** In place of a subject: every certificate that the trust store vouches for. No subject reads so. */
export const ANY_CERTIFICATE = "*";

/** A client certificate that API Gateway verified in a TLS handshake. */
export interface ShownCertificate {
  /** "CN=entra-gatehouse,O=Contoso" */
  readonly subjectDN?: string;
}

/**
 * Says whether a certificate opens the API by itself.
 * @param allowed a subject, or ANY_CERTIFICATE; undefined where callers show none, and then nothing passes
 */
export function certificatePasses(shown: ShownCertificate | null | undefined, allowed: string | undefined): boolean {
  if (allowed === undefined || allowed === "" || !shown?.subjectDN) return false;
  return allowed === ANY_CERTIFICATE || shown.subjectDN === allowed;
}

/** True for a client-credentials grant (RFC 6749 §4.4), which requests an access token. */
export function isTokenRequest(method: string, body: string): boolean {
  return method === "POST" && new URLSearchParams(body).get("grant_type") === "client_credentials";
}

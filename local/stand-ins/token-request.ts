/** True for a request of an access token: a client-credentials grant (RFC 6749 §4.4). */
export function isTokenRequest(method: string, body: string): boolean {
  return method === "POST" && new URLSearchParams(body).get("grant_type") === "client_credentials";
}

import * as v from "valibot";

/** Returns the value of the header Authorization. Rejects with TokenError if there is no token. */
export type Authorization = () => Promise<string>;

export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** An application that gets tokens for an API, as Entra does before it calls an extension. */
export interface TokenRequest {
  readonly tokenUrl: string;
  readonly clientId: string;
  /** The client's secret. Stand-ins do not check it. */
  readonly clientSecret?: string;
  /** The client id of the API's app registration. */
  readonly audience: string;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

/** Thrown if there is no token. The message gives the reason and contains no secret. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}

const TIMEOUT_MS = 10_000;
/** A token is renewed this long before it expires. */
const MARGIN_MS = 60_000;

/** Returns a header with the credentials in UTF-8: RFC 7617. */
export function basicAuthorization({ username, password }: BasicCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Gets bearer tokens with client credentials (RFC 6749 §4.4). Uses each token until a minute before the token expires. */
export function bearerTokens(request: TokenRequest): Authorization {
  let token: { readonly value: string; readonly until: number } | undefined;
  return async () => {
    if (token === undefined || token.until < Date.now()) token = await fetchToken(request);
    return `Bearer ${token.value}`;
  };
}

const tokenAnswer = v.object({ access_token: v.string(), expires_in: v.number() });

async function fetchToken({ tokenUrl, clientId, clientSecret, audience, fetch: send = fetch }: TokenRequest) {
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    scope: `${audience}/.default`,
  };
  let response: Response;
  try {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    response = await send(tokenUrl, { method: "POST", headers, body: new URLSearchParams(form), signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new TokenError("The token endpoint does not answer.", { cause: error });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  const { success, output } = v.safeParse(tokenAnswer, answer);
  if (!response.ok || !success)
    throw new TokenError(`The token endpoint gives no token: it answers with status ${response.status}${refusalCodes(answer)}.`);
  return { value: output.access_token, until: Date.now() + output.expires_in * 1_000 - MARGIN_MS };
}

const oauthError = v.object({
  error: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[a-z_]{1,60}$/))), undefined),
  error_description: v.fallback(v.optional(v.string()), undefined),
});

/** The codes of a refusal (RFC 6749, 5.2), without its text, which may quote what was sent. */
function refusalCodes(answer: unknown): string {
  const { success, output } = v.safeParse(oauthError, answer);
  if (!success) return "";
  const [aadsts] = /\bAADSTS\d{4,9}\b/.exec(output.error_description ?? "") ?? [];
  const codes = [output.error, aadsts].filter((code) => code !== undefined);
  return codes.length === 0 ? "" : ` (${codes.join(", ")})`;
}

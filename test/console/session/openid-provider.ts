import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export const CLIENT_ID = "console-client";

/** An OpenID provider that answers with the id token that a test wants, right or wrong. */
export interface TestProvider {
  readonly issuer: string;
  /** Claims of the next id token beside the right ones; undefined: that claim is left out. "none": no id token at all; "refused": no token. */
  claims: Record<string, unknown> | "none" | "refused";
  /** The only client secret that is not refused. @default any */
  knows: string | undefined;
  /** The header WWW-Authenticate of a refusal (RFC 6749, 5.2). */
  challenge: string | undefined;
  /** Of the tokens, beside the usual. */
  more: Record<string, unknown>;
  /** Of discovery, beside the usual. */
  metadata: Record<string, unknown>;
  /** The nonce and the PKCE challenge of the request that the next code answers. */
  asked(url: URL): void;
  /** Forms sent to the token endpoint. */
  readonly exchanges: URLSearchParams[];
  close(): Promise<void>;
}

export async function startProvider(): Promise<TestProvider> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  let request: URLSearchParams | undefined;
  const server = createServer(async (incoming, response) => {
    const path = new URL(incoming.url ?? "/", provider.issuer).pathname;
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (path === "/.well-known/openid-configuration") {
      const { issuer } = provider;
      const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` };
      return answer(200, { issuer, ...endpoints, ...provider.metadata });
    }
    if (path === "/keys") return answer(200, { keys: [{ ...(await exportJWK(publicKey)), alg: "RS256", use: "sig" }] });
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const form = new URLSearchParams(body);
    provider.exchanges.push(form);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (form.get("grant_type") === "authorization_code" && challenge !== request?.get("code_challenge"))
      return answer(400, { error: "invalid_grant" });
    const { claims } = provider;
    const tokens = { access_token: "a", token_type: "Bearer", expires_in: 60, ...provider.more };
    if (claims === "none") return answer(200, tokens);
    if (claims === "refused" || (provider.knows !== undefined && form.get("client_secret") !== provider.knows)) {
      if (provider.challenge !== undefined) response.setHeader("WWW-Authenticate", provider.challenge);
      return answer(401, { error: "invalid_client", error_description: "AADSTS7000222: expired keys" });
    }
    const usual = {
      sub: "sub-1",
      aud: CLIENT_ID,
      iss: provider.issuer,
      nonce: request?.get("nonce"),
      exp: inSeconds(60),
      iat: inSeconds(0),
    };
    const payload = JSON.parse(JSON.stringify({ ...usual, ...claims })) as JWTPayload;
    return answer(200, { ...tokens, id_token: await new SignJWT(payload).setProtectedHeader({ alg: "RS256" }).sign(privateKey) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: TestProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: {},
    challenge: undefined,
    knows: undefined,
    metadata: {},
    more: {},
    asked: (url) => {
      request = url.searchParams;
    },
    exchanges: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}

export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

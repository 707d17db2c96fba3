import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader, type JWK } from "jose";
import { ENTRA_APP_ID } from "../../engine/protocols/extension-caller";
import { TOKEN_KEY_FILE } from "../../local/data/data-folder";
import type { Instance } from "../../local/data/instance";
import { type Authorization, bearerTokens } from "../../simulator/client/authorization";
import { CommandError } from "../failure";
import { fetchHere } from "../proxy";
import { assertCallable, type TargetOptions } from "./options";

/** How an extension knows its caller. */
export interface ExtensionAccess {
  readonly tenantId: string;
  readonly authorization: Authorization;
  /** Of npm start's stand-in. */
  readonly signingKey?: JWK;
}

/** Access to any endpoint: with a ready token, or with those that an application gets. */
export function tokensFor({ tenant, tokenUrl, audience, clientId }: TargetOptions): ExtensionAccess {
  if (!tenant) throw new CommandError("Name the tenant that calls: --tenant, with its id.");
  const { GATEHOUSE_TOKEN: token, GATEHOUSE_CLIENT_SECRET: clientSecret } = process.env;
  if (token && !isJwt(token)) throw new CommandError("The variable GATEHOUSE_TOKEN holds no JSON web token.");
  if (token) return { tenantId: tenant, authorization: async () => `Bearer ${token}` };
  if (!tokenUrl || !audience || !clientId) {
    throw new CommandError("There is no token: use --token-url, --audience and --client-id, or the variable GATEHOUSE_TOKEN.");
  }
  assertCallable(tokenUrl);
  const request = { tokenUrl, audience, clientId, fetch: fetchHere(), ...(clientSecret && { clientSecret }) };
  return { tenantId: tenant, authorization: bearerTokens(request) };
}

function isJwt(token: string): boolean {
  try {
    decodeProtectedHeader(token);
    decodeJwt(token);
    return true;
  } catch {
    return false;
  }
}

/** Access to a running npm start, as Entra itself has it. */
export function localTokens({ extension, data }: Pick<Instance, "extension" | "data">): ExtensionAccess {
  const { tokenUrl, audience, tenantId } = extension;
  const signingKey: JWK = JSON.parse(readFileSync(join(data, TOKEN_KEY_FILE), "utf8"));
  return { tenantId, authorization: bearerTokens({ tokenUrl, audience, clientId: ENTRA_APP_ID }), signingKey };
}

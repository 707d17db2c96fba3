import { join } from "node:path";
import type { JSONWebKeySet } from "jose";
import { LOCAL_EXTERNAL_TENANT } from "../../lib/served-locally";
import type { HttpApi } from "../aws/gateway/http-apis";
import { serveHttpApi } from "../aws/gateway/http-gateway";
import { issuerKeys, tokenCheck } from "../aws/gateway/token-check";
import { TemplateError } from "../aws/template";
import { TOKEN_KEY_FILE } from "../data/data-folder";
import type { Instance } from "../data/instance";
import { serveTokens } from "../stand-ins/entra-tokens";
import { onAnswerOf, refusalsOf, type Setup } from "./setup";

/** Serves the API that an external tenant calls, and the tenant's tokens. @param port another free one if it is taken */
export async function startExtension(setup: Setup, apis: readonly HttpApi[], port: number): Promise<Instance["extension"]> {
  const { options, data, shutdown } = setup;
  const api = apis.find(({ routes }) => routes.length > 0 && routes.every(({ terms }) => terms !== undefined));
  const issuer = api?.routes[0]?.terms?.issuer;
  if (api === undefined || issuer === undefined) throw new TemplateError("The template has no HTTP API for an external tenant to call.");
  const { tenantId, audience } = LOCAL_EXTERNAL_TENANT;
  const tokens = shutdown.own(await serveTokens({ tenantId, issuer }, join(data, TOKEN_KEY_FILE), refusalsOf("tokens", setup)));
  const server = shutdown.own(await serveHttpApi(port, refusalsOf("extension", setup)));
  const keyOf = issuerKeys(async () => (await (await fetch(tokens.keysUrl)).json()) as JSONWebKeySet);
  server.answerWith({ api, throttle: options.throttle, checkOf: (terms) => tokenCheck(terms, keyOf), onAnswer: onAnswerOf(setup) });
  return { url: server.url, tokenUrl: tokens.tokenUrl, tenantId, audience };
}

/** The console's API: whoever it is, the function itself checks. */
export function consoleApi(apis: readonly HttpApi[]): HttpApi {
  const found = apis.find(({ routes }) => routes.length > 0 && routes.every(({ terms }) => terms === undefined));
  if (found === undefined) throw new TemplateError("The template has no HTTP API for the console.");
  return found;
}

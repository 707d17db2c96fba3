import { join } from "node:path";
import type { JSONWebKeySet } from "jose";
import { LOCAL_EXTERNAL_TENANT } from "../../lib/stage";
import type { Api, Route } from "../aws/gateway/api";
import { serveGateway } from "../aws/gateway/gateway";
import { issuerKeys, type JwtSettings, tokenCheck } from "../aws/gateway/token-check";
import { serveNear } from "../aws/server";
import { TOKEN_KEY_FILE } from "../data/data-folder";
import type { Instance } from "../data/instance";
import { localParts } from "../parts";
import { serveSignIn } from "../stand-ins/console-sign-in";
import { serveTokens } from "../stand-ins/entra-tokens";
import { serveSystems } from "../stand-ins/systems";
import { type AwsServices, type Followers, findAudience, listTrustedRoles } from "./aws-services";
import { createAnswerListener, createRefusalListener, requireOutput, type Setup } from "./setup";

const CONSOLE_CLIENT = "gatehouse-console";

/**
 * Starts the outside systems' stand-ins and the sign-in to the console (`openid`). Returns the addresses by the names that `--endpoint`
 * uses.
 */
export async function startOutsideSystems(
  setup: Setup,
  { store, roles, sts }: AwsServices,
  consoleUrl: string | undefined,
  followers: Followers,
): Promise<ReadonlyMap<string, string>> {
  const { options, data, template, shutdown, report, onRequest } = setup;
  const systems = shutdown.own(
    await serveSystems(template, store, {
      data,
      replaced: options.endpoints,
      tell: report.output,
      onRequest,
      onUnused: report.trouble,
      trust: sts && { ...sts, audience: findAudience(template), roles: listTrustedRoles(roles, store) },
      onRefused: (system, why) => createRefusalListener(system, setup)(why),
    }),
  );
  followers.directory = (event) => {
    for (const person of localParts.flatMap(({ letIn }) => letIn?.(event) ?? [])) systems.letIn(person);
  };
  const urls = new Map([...systems.urls, ...options.endpoints]);
  if (consoleUrl === undefined) return urls;
  const { clientSecret } = JSON.parse(store.current(requireOutput(template, "ConsoleSecret"))) as { readonly clientSecret: string };
  const client = { id: CONSOLE_CLIENT, secret: clientSecret };
  const signIn = shutdown.own(await serveSignIn(client, setup.pageKey, createRefusalListener("openid", setup)));
  signIn.allow(consoleUrl);
  return urls.set("openid", signIn.url);
}

/** Serves the API that an external tenant calls, and the tenant's tokens. @param port if this port is taken, another free one is used */
export async function startExtension(setup: Setup, api: Api, port: number): Promise<NonNullable<Instance["extension"]>> {
  const { options, data, shutdown } = setup;
  const [{ guard }] = api.routes as readonly [Route];
  const { issuer } = guard as JwtSettings;
  const { tenantId, audience } = LOCAL_EXTERNAL_TENANT;
  const tokens = shutdown.own(await serveTokens({ tenantId, issuer }, join(data, TOKEN_KEY_FILE), createRefusalListener("tokens", setup)));
  const server = shutdown.own(await serveGateway({ port, listen: serveNear, onRefused: createRefusalListener("extension", setup) }));
  const keyOf = issuerKeys(async () => (await (await fetch(tokens.keysUrl)).json()) as JSONWebKeySet);
  server.answerWith({ api, throttle: options.throttle, checkOf: (jwt) => tokenCheck(jwt, keyOf), onAnswer: createAnswerListener(setup) });
  return { url: server.url, tokenUrl: tokens.tokenUrl, tenantId, audience };
}

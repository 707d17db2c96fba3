import { parseJsonObject } from "../../engine/json";
import { UpstreamError } from "../../engine/sign-up/failure";
import { RoleTokenError, type RoleTokens, roleTokens } from "../aws/role-token";
import { readSecretMembers, textsIn } from "../aws/secret-members";
import { applicationScope, type CloudName, type EntraCloud, entraClouds, findCloud, graphEnvironment } from "../graph/clouds";
import { showAssertion } from "../graph/sign-in";
import type { Authentication, OutgoingCall } from "./http/authentication";
import { oauth, tokenHeaders } from "./http/oauth";

/** Time limit for getting a role's token, because a person waits for the rule. */
const LONGEST_MS = 2_000;
const ATTEMPT_MS = 500;
/** A refused role is not tried again for this time; meanwhile the secret's `clientSecret` signs in. */
const REFUSED_MS = 300_000;

/** Returns the global cloud if no variable names a cloud, for example when a policy is loaded for a build. */
export function stepsCloud(): EntraCloud {
  return findCloud(process.env[graphEnvironment.cloud] as CloudName | undefined) ?? entraClouds.global;
}

/** Without a role for the secret, or while AWS or Entra refuses the role, the secret's `clientSecret` signs in. */
export function graphToken(secret: string, tenantId: string): Authentication {
  const cloud = stepsCloud();
  const options = {
    tokenUrl: `${cloud.login}/${tenantId}/oauth2/v2.0/token`,
    scope: applicationScope(cloud),
    credentialsIn: "body",
  } as const;
  const bySecret = oauth(secret, options);
  let tokens: RoleTokens | undefined;
  let refusedUntil = 0;

  const byRole = tokenHeaders(new URL(options.tokenUrl), options.scope, async (call) => {
    const { clientId } = await readSecretMembers(call, secret, ["clientId"]);
    tokens ??= roleTokens(ruleRole(secret) ?? "", { attemptTimeoutMs: ATTEMPT_MS });
    return { clientId, authentication: showAssertion(await signedToken(tokens, cloud.audience, call)) };
  });

  return {
    uses: bySecret.uses.map((use) => ({ ...use, opensGraph: true })),
    async headers(call) {
      if (ruleRole(secret) === undefined || Date.now() < refusedUntil) return await bySecret.headers(call);
      try {
        return await byRole.headers(call);
      } catch (error) {
        if (!(error instanceof UpstreamError) || error.failure.kind !== "unauthorised") throw error;
        if ((await textsIn(call, secret)).clientSecret === undefined) throw error;
        refusedUntil = Date.now() + REFUSED_MS;
        return await bySecret.headers(call);
      }
    },
    forget() {
      byRole.forget();
      bySecret.forget?.();
    },
  };
}

function ruleRole(secret: string): string | undefined {
  const role = parseJsonObject(process.env[graphEnvironment.ruleRoles] ?? "")?.[secret];
  return typeof role === "string" ? role : undefined;
}

async function signedToken(tokens: RoleTokens, audience: string, { service }: OutgoingCall): Promise<string> {
  try {
    return await tokens.token(audience, AbortSignal.timeout(LONGEST_MS));
  } catch (error) {
    throw new UpstreamError({ service, kind: error instanceof RoleTokenError ? "unauthorised" : "connection" });
  }
}

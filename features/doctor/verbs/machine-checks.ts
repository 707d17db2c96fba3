import { readFileSync } from "node:fs";
import { join } from "node:path";
import { graphEnvironment, loginOrigin } from "../../../adapters/graph/clouds";
import { findInstance } from "../../../cli/deployment";
import { explainError } from "../../../cli/failure";
import { policyFolders } from "../../../cli/policy-folders";
import { nothingWrong, skipProbe } from "../../../cli/probe";
import { proxiedFetch } from "../../../cli/proxy";
import { capitalise } from "../../../engine/characters";
import { isAtLeast, packageMisfits } from "../../../lib/app-packages";
import { packageRoot } from "../../../lib/app-root";
import { SetupError } from "../../../lib/errors";
import { assertOptions } from "../../../lib/gatehouse-options";
import { omitStackProps } from "../../../lib/gatehouse-stack";
import { loadGates } from "../../../lib/policy-folder/gates";
import { policyPath } from "../../../lib/policy-folder/policy-files";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { checkPolicyTypes } from "../../../lib/policy-folder/policy-types";
import { settingsIn } from "../../../lib/settings";
import { checkedExternalTenant, type ExternalTenantOptions } from "../../external-tenant/stack/external-tenant";
import { onMachine } from "./check";
import { metadataIn } from "./graph-checks";

export const nodeCheck = onMachine("node", ({ node: here }) => {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { engines: { node: string } };
  const least = engines.node.replace(">=", "");
  if (isAtLeast(here, least)) return nothingWrong;
  return [{ id: "node.too-old", what: `Gatehouse needs Node ${least} or newer; this is ${here}.`, fix: "Get it at https://nodejs.org." }];
});

export const packagesCheck = onMachine("packages", ({ app }) =>
  packageMisfits(app).map(({ what, fix }) => ({ id: "packages.version", what: `${what}.`, fix: `${capitalise(fix)}.` })),
);

/** A copy that was installed for another system can be imported, but does not run. */
export const esbuildCheck = onMachine("esbuild", async () => {
  try {
    (await import("esbuild")).transformSync("let one: number", { loader: "ts" });
    return nothingWrong;
  } catch {
    const fix = "Reinstall the packages on this machine: remove node_modules, then run npm ci.";
    return [{ id: "esbuild.broken", what: "esbuild, which bundles the functions, does not run here.", fix }];
  }
});

export const settingsCheck = onMachine("settings", ({ app }) => {
  try {
    const { gates = {}, ...settings } = settingsIn(app);
    assertOptions(omitStackProps({ policy: "policy", ...settings }));
    // The policies are replaced by empty ones, because another check loads the policies.
    const gateEntries = Object.entries(gates).map(([name, gate]) => [
      name,
      typeof gate?.policy === "string" ? { ...gate, policy: [] } : gate,
    ]);
    loadGates({ policy: [], gates: Object.fromEntries(gateEntries) });
    if (settings.externalTenant !== undefined) checkedExternalTenant(settings.externalTenant);
    return nothingWrong;
  } catch (error) {
    return [{ id: "settings.invalid", what: explainError(error), fix: "Correct settings.ts: docs/settings.md lists the options." }];
  }
});

export const policyCheck = onMachine("policy", ({ app, settings }) => {
  const folders = new Set([...policyFolders(settings).values()].map((folder) => policyPath(folder, app)));
  return [...folders].flatMap((folder) => {
    const load = policyFault("policy.load", () => loadPolicyFolder(folder), "Correct the policy, then run npm run gate -- test.");
    if (load.length > 0) return load;
    return policyFault("policy.types", () => checkPolicyTypes(folder), "Correct the line, then run npm run gate -- doctor again.");
  });
});

function policyFault(id: string, look: () => unknown, fix: string) {
  try {
    look();
    return nothingWrong;
  } catch (error) {
    return [{ id, what: explainError(error), fix }];
  }
}

/** Checks with --local that the running `npm start` answers, because commands with --local work on it. */
export const localCheck = onMachine("local", async ({ options }, signal) => {
  const instance = findInstance(options);
  const fix = "Run npm run gate -- start in another terminal.";
  if (instance === undefined) return [{ id: "local.not-running", what: "No Gatehouse is running on this machine.", fix }];
  const answers = await fetch(instance.apiUrl, { signal }).then(
    () => true,
    () => false,
  );
  return answers ? nothingWrong : [{ id: "local.silent", what: `The Gatehouse at ${instance.apiUrl} does not answer.`, fix }];
});

/** Checks that settings.ts has exactly the tenant's issuer, because API Gateway compares the issuer letter by letter. */
export const issuerCheck = onMachine("issuer", async ({ settings }, signal) => {
  if (settings.externalTenant === undefined) skipProbe("the settings name no external tenant");
  const issuer = findIssuer(settings.externalTenant);
  const response = await proxiedFetch(metadataUrl(issuer), { signal });
  const { issuer: actual } = await metadataIn(response);
  if (actual === issuer) return nothingWrong;
  if (actual === undefined) {
    const fix = "Check externalTenant.tenantId, and issuer if you set it, against the tenant's overview in the Entra admin center.";
    return [{ id: "issuer.no-metadata", what: `${issuer} has no metadata of a tenant: it answers ${response.status}.`, fix }];
  }
  const fix = `Set externalTenant.issuer to "${actual}" and deploy again.`;
  return [
    {
      id: "issuer.other",
      what: `The tenant signs its tokens as ${actual}, and settings.ts expects ${issuer}: every call is refused.`,
      fix,
    },
  ];
});

/** Skips the check if the options are wrong: the check `settings` reports that. */
function findIssuer(tenant: ExternalTenantOptions): string {
  try {
    return checkedExternalTenant(tenant).issuer;
  } catch (error) {
    if (error instanceof SetupError) skipProbe("externalTenant in settings.ts has to be put right first");
    throw error;
  }
}

/** Builds the URL of OpenID Connect Discovery 1.0 §4. Uses the stand-in for Entra, if there is one. */
function metadataUrl(issuer: string): URL {
  const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  return process.env[graphEnvironment.loginEndpoint] === undefined ? url : new URL(url.pathname, loginOrigin());
}

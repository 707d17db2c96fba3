import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAtLeast, packageMisfits } from "../../lib/app-packages";
import { assertOptions } from "../../lib/gatehouse-options";
import { withoutStackProps } from "../../lib/gatehouse-stack";
import { packageRoot } from "../../lib/package-root";
import { gatesOf } from "../../lib/policy-folder/gates";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { policyPath } from "../../lib/policy-folder/policy-path";
import { checkPolicyTypes } from "../../lib/policy-folder/policy-types";
import { settingsIn } from "../../lib/settings";
import { checkedExternalTenant } from "../../lib/sign-up/external-tenant";
import { explained } from "../failure";
import { policyFolders } from "../gates";
import { nothingWrong, onMachine } from "./check";

export const nodeCheck = onMachine("node", ({ node: here }) => {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { engines: { node: string } };
  const least = engines.node.replace(">=", "");
  if (isAtLeast(here, least)) return nothingWrong;
  return [{ id: "node.too-old", what: `Gatehouse needs Node ${least} or newer; this is ${here}.`, mend: "Get one at https://nodejs.org." }];
});

export const packagesCheck = onMachine("packages", ({ app }) =>
  packageMisfits(app).map(({ what, mend }) => ({ id: "packages.version", what: `${what}.`, mend: `${sentence(mend)}.` })),
);

/** It bundles for real: a copy of another system's machine loads, and then cannot run. */
export const esbuildCheck = onMachine("esbuild", async () => {
  try {
    (await import("esbuild")).transformSync("let one: number", { loader: "ts" });
    return nothingWrong;
  } catch {
    const mend = "Install the packages anew on this machine: remove node_modules, then run npm ci.";
    return [{ id: "esbuild.broken", what: "esbuild, which bundles the functions, does not run here.", mend }];
  }
});

export const settingsCheck = onMachine("settings", ({ app }) => {
  try {
    const { gates = {}, ...settings } = settingsIn(app);
    assertOptions(withoutStackProps({ policy: "policy", ...settings }));
    // The policies themselves are another check's.
    const loaded = Object.entries(gates).map(([name, gate]) => [name, typeof gate?.policy === "string" ? { ...gate, policy: [] } : gate]);
    gatesOf({ policy: [], gates: Object.fromEntries(loaded) });
    if (settings.externalTenant !== undefined) checkedExternalTenant(settings.externalTenant);
    return nothingWrong;
  } catch (error) {
    return [{ id: "settings.invalid", what: explained(error), mend: "Correct settings.ts: docs/settings.md lists the options." }];
  }
});

export const policyCheck = onMachine("policy", ({ app, settings }) => {
  const folders = new Set([...policyFolders(settings).values()].map((folder) => policyPath(folder, app)));
  return [...folders].flatMap((folder) => {
    const types = policyFault(
      "policy.types",
      () => checkPolicyTypes(folder),
      "Correct the line, then run npx --no-install entra-gatehouse doctor again.",
    );
    if (types.length > 0) return types;
    return policyFault(
      "policy.load",
      () => loadPolicyFolder(folder),
      "Correct the policy, then run npx --no-install entra-gatehouse test.",
    );
  });
});

function policyFault(id: string, look: () => unknown, mend: string) {
  try {
    look();
    return nothingWrong;
  } catch (error) {
    return [{ id, what: explained(error), mend }];
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

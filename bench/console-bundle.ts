import { join, resolve } from "node:path";

/** Run in the checkout: `console-bundle.ts CHECKOUT FOLDER`. Loads modules by their paths, because the checkout may be an older one. */
async function main(checkout: string, folder: string): Promise<void> {
  const load = <T>(...path: readonly string[]): T => require(join(checkout, ...path));
  const { loadPolicyFolder } = load<typeof import("../lib/policy-folder/policy-folder")>("lib", "policy-folder", "policy-folder");
  const { sourceFile, writeBundle } = load<typeof import("../lib/resources/bundle")>("lib", "resources", "bundle");
  const { rulesDefines } = load<typeof import("../lib/sign-up/step-bundle")>("lib", "sign-up", "step-bundle");
  const steps = loadPolicyFolder("policy");
  const policies = Object.fromEntries(steps.map(({ step, file }) => [`#policy/${step}`, file]));
  const bundle = {
    entry: sourceFile("lambda", "console"),
    aliases: { ...policies, "#gates": sourceFile("console", "app", "no-gates") },
    define: rulesDefines(steps.flatMap(({ policy }) => policy.rules.map((rule) => ("shadow" in rule ? rule.shadow : rule)))),
    keepNames: true,
  };
  await writeBundle(bundle, folder);
}

const [checkout = ".", folder = "console"] = process.argv.slice(2);
main(resolve(checkout), folder).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

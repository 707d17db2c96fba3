import { dirname, join } from "node:path";
import type { Use } from "../../engine/sign-up/rule";
import { appRoot } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { PolicyError } from "../../lib/errors";
import type { GatehouseSettings } from "../../lib/gatehouse-stack";
import type { GateOptions } from "../../lib/policy-folder/gates";
import { policyPath } from "../../lib/policy-folder/policy-files";
import { featureFiles, loadPolicyFolder, loadPolicyStep, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { checkTypesOfPolicies, loadClearly } from "../../lib/policy-folder/policy-types";
import { policyWarnings } from "../../lib/policy-folder/policy-warnings";
import { writeBundle } from "../../lib/resources/bundle";
import { bundleVersion } from "../../lib/resources/gatehouse-function";
import { assertBundleLoads } from "../../lib/resources/policy-bundle";
import { settingsIn } from "../../lib/settings";
import { chooseBundle, usesAtEntry } from "../../lib/sign-up/step-bundle";
import type { ServedPolicy } from "../../lib/stage";
import type { BuildOrder, BuildResult, BuiltFunction } from "./builder";

/** Loads the policies' files in this process. Never rejects. */
export async function buildPolicies({ functions, outDir }: BuildOrder): Promise<BuildResult> {
  const folders = [...new Set(functions.map(({ file }) => dirname(file)))];
  try {
    const policies = loadClearly(folders, () => folders.map((folder) => loadPolicyFolder(folder)));
    const steps = new Map(policies.flat().map((policyStep) => [policyStep.file, policyStep]));
    const building = Promise.all(
      functions.map((servedPolicy, index) =>
        buildFunction(servedPolicy, steps.get(servedPolicy.file) ?? loadPolicyStep(servedPolicy), join(outDir, String(index))),
      ),
    );
    building.catch(() => undefined);
    checkTypesOfPolicies(folders);
    const context = { settings: settingsIn(appRoot), attributes: knownAttributesIn(appRoot) };
    const warnings = policies.flatMap((policy) => policyWarnings(policy, { ...context, gate: findGateName(policy, context.settings) }));
    return { ok: true, functions: await building, warnings };
  } catch (error) {
    return { ok: false, problem: error instanceof PolicyError ? error.message : String(error) };
  }
}

function findGateName([step]: readonly PolicyStep[], { gates = {} }: GatehouseSettings): string | undefined {
  const usesStepPolicy = ({ policy }: GateOptions) => typeof policy === "string" && policyPath(policy) === dirname(step?.file ?? "");
  return Object.keys(gates).find((name) => usesStepPolicy(gates[name] as GateOptions));
}

async function buildFunction(servedPolicy: ServedPolicy, policyStep: PolicyStep, folder: string): Promise<BuiltFunction> {
  const version = bundleVersion(await writeBundle(chooseBundle(policyStep, servedPolicy.entry), folder));
  const file = join(folder, "index.js");
  assertBundleLoads(file, servedPolicy.file);
  const grantedUses = new Set(servedPolicy.uses.map((use) => JSON.stringify(use)));
  const uses = usesAtEntry(policyStep, servedPolicy.entry);
  const missing = uses.filter((use) => !grantedUses.has(JSON.stringify(use)));
  return {
    file,
    version,
    missing: missing.flatMap((use) => nameUse(use, servedPolicy.uses)),
    texts: featureFiles(uses, servedPolicy.file),
  };
}

/** Names the resource that the use needs, in words. Empty if the use needs only code. */
function nameUse(use: Use, grantedUses: readonly Use[]): readonly string[] {
  if ("table" in use) return [`the table ${use.table}`];
  if ("secret" in use) return [`the secret ${use.secret}`];
  // A system with a URL needs a stand-in. Without one, calls to the system would leave this machine.
  const isPlaced = (one: Use) => "service" in one && (one.url ?? one.origin) !== undefined;
  if ("service" in use && isPlaced(use) && !grantedUses.some((one) => isPlaced(one) && "service" in one && one.service === use.service)) {
    return [`the service ${use.service}`];
  }
  if ("worker" in use) return [`the worker ${use.worker}`];
  return [];
}

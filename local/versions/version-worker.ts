import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import type * as FolderModule from "../../lib/policy-folder/policy-folder";
import type * as PathModule from "../../lib/policy-folder/policy-path";
import type * as BundleModule from "../../lib/resources/bundle";
import type * as FunctionModule from "../../lib/resources/gatehouse-function";
import type * as SettingsModule from "../../lib/settings";
import type * as StepModule from "../../lib/sign-up/step-bundle";

// Runs in a process of its own, in the folder of one version of the app: what that version's own code makes of its policies.

/** What to build. */
export interface VersionOrder {
  /** The folder of the package whose code builds: that version's own, or the one that the app has installed. */
  readonly packageFolder: string;
  /** Policy folders by gate, beside those that the version's settings.ts names. */
  readonly policies: Readonly<Record<string, string>>;
  /** The files of `lambda/` that answer at each step. */
  readonly entries: Readonly<Partial<Record<Step, readonly string[]>>>;
  /** The versions that are looked for: the policy of another one is not built. */
  readonly versions: readonly string[];
  readonly outDir: string;
}

/** One step of one gate, as a function of it would be deployed, of a version that is looked for. */
export interface VersionBuilt {
  readonly gate: string;
  readonly step: Step;
  readonly entry: string;
  readonly version: string;
  /** A module that exports the policy, with all its code. */
  readonly file: string;
}

export type VersionResult = { readonly built: readonly VersionBuilt[] } | { readonly problem: string };

process.once("message", async (order: VersionOrder) => {
  process.send?.(await resultOf(order), () => process.exit());
});
process.on("disconnect", () => process.exit());

async function resultOf(order: VersionOrder): Promise<VersionResult> {
  try {
    const gates = Object.entries({ ...foldersThen(order), ...order.policies });
    const built: VersionBuilt[] = [];
    for (const [gate, folder] of gates) built.push(...(await builtAt(gate, folder, order)));
    return { built };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The policy folders that the version's own settings name. */
function foldersThen(order: VersionOrder): Readonly<Record<string, string>> {
  const { settingsIn } = moduleOf<typeof SettingsModule>(order, "lib/settings");
  const { policy = "policy", gates = {} } = settingsIn(process.cwd());
  const named = Object.entries(gates).map(([name, gate]) => [name, gate.policy] as const);
  return Object.fromEntries(
    [["default", policy] as const, ...named].flatMap(([name, folder]) => (typeof folder === "string" ? [[name, folder]] : [])),
  );
}

async function builtAt(gate: string, folder: string, order: VersionOrder): Promise<readonly VersionBuilt[]> {
  const { loadPolicyFolder } = moduleOf<typeof FolderModule>(order, "lib/policy-folder/policy-folder");
  const { stepBundle } = moduleOf<typeof StepModule>(order, "lib/sign-up/step-bundle");
  const { writeBundle } = moduleOf<typeof BundleModule>(order, "lib/resources/bundle");
  const { bundleVersion } = moduleOf<typeof FunctionModule>(order, "lib/resources/gatehouse-function");
  const { policyPath } = moduleOf<typeof PathModule>(order, "lib/policy-folder/policy-path");
  const path = policyPath(folder, process.cwd());
  if (!existsSync(path)) return [];
  const built: VersionBuilt[] = [];
  for (const step of loadPolicyFolder(path)) {
    const out = (name: string) => {
      const made = join(order.outDir, gate, step.step, name);
      mkdirSync(made, { recursive: true });
      return made;
    };
    const entries = order.entries[step.step] ?? [];
    const found: VersionBuilt[] = [];
    for (const entry of entries) {
      const version = bundleVersion(await writeBundle(stepBundle(step, entry), out(entry)));
      if (order.versions.includes(version)) found.push({ gate, step: step.step, entry, version, file: join(out("policy"), "index.js") });
    }
    // The same code by the same definitions, without the function around it.
    if (found.length > 0) await writeBundle({ ...stepBundle(step, step.step), entry: step.file }, out("policy"));
    built.push(...found);
  }
  return built;
}

function moduleOf<T>({ packageFolder }: VersionOrder, path: string): T {
  const source = join(packageFolder, `${path}.ts`);
  return require(existsSync(source) ? source : join(packageFolder, "dist", "node", `${path}.js`)) as T;
}

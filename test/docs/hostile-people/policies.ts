import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as policyApi from "../../../index";
import { packageRoot } from "../../../lib/app-root";
import { loadPolicyFolder, type PolicyStep } from "../../../lib/policy-folder/policy-folder";
import { policyFolder } from "../../support/policy-folder";
import { type Block, blocks } from "../pages";

/** A policy that the documentation or a sample shows. */
interface ShownPolicy {
  /** The page and the number of the policy on it, or the sample's folder. */
  readonly name: string;
  readonly load: () => readonly PolicyStep[];
}

const steps = { afterSignIn: "after-sign-in", beforeCreateUser: "before-create-user", beforeSendingToken: "before-sending-token" } as const;
const call = /(?:export default )?\b(afterSignIn|beforeCreateUser|beforeSendingToken)\(/g;
const ownRule = /^const (\w+) = defineRule\(/m;

/** Files that policies of pages name. */
const besides = { "terms.en.md": "The terms.\n", "terms.ko.md": "이용 약관.\n" };

/** Names of the package that a fragment uses without importing them. */
function importsFor(code: string): string {
  const used = (name: string) => new RegExp(`\\b${name}\\b`).test(code) && !code.includes("entra-gatehouse");
  const names = Object.keys(policyApi).filter(used);
  const valibot = /\bv\./.test(code) && !code.includes("valibot") ? 'import * as v from "valibot"; ' : "";
  return `${valibot}${names.length > 0 ? `import { ${names.join(", ")} } from "entra-gatehouse"; ` : ""}`;
}

const isPolicy = (code: string): boolean => Object.keys(steps).some((maker) => code.includes(`${maker}(`));

/** A rule alone stands behind a list that denies. */
function completed(code: string): string {
  const [, rule] = ownRule.exec(code) ?? [];
  return isPolicy(code) || rule === undefined
    ? code
    : `${code}\nbeforeCreateUser([accessList({ otherwise: "continue" }), ${rule}], { trust: ["mail", "google.com"] });\n`;
}

/** A fence may show several files, each begun by a comment with its name, or several steps without one. */
function filesOf({ code }: Block): Readonly<Record<string, string>> {
  const parts = code.split(/^(?=\/\/ policy\/[\w-]+\.ts$)/m).filter((part) => part.trim() !== "");
  const files = parts.map(completed).flatMap((part) => {
    const name = /^\/\/ policy\/([\w-]+)\.ts$/m.exec(part)?.[1];
    if (name !== undefined) return [[`${name}.ts`, importsFor(part) + part]];
    return Object.entries(steps)
      .filter(([maker]) => part.includes(`${maker}(`))
      .map(([maker, step]) => {
        const alone = part.replace(call, (_, each: string) => (each === maker ? `export default ${each}(` : `void ${each}(`));
        return [`${step}.ts`, importsFor(part) + alone];
      });
  });
  return Object.fromEntries(files);
}

function shownOnPages(): readonly ShownPolicy[] {
  const policies = blocks.filter(({ language, code }) => language === "ts" && (isPolicy(code) || ownRule.test(code)));
  const placeOnPage = (block: Block) => policies.filter(({ page }) => page === block.page).indexOf(block) + 1;
  return policies.map((block) => ({
    name: `${block.page} #${placeOnPage(block)}`,
    load: () => loadPolicyFolder(policyFolder({ ...besides, ...filesOf(block) })),
  }));
}

function samples(): readonly ShownPolicy[] {
  return readdirSync(join(packageRoot, "samples/policies"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name: `samples/policies/${name}`, load: () => loadPolicyFolder(`samples/policies/${name}`) }));
}

export const shownPolicies: readonly ShownPolicy[] = [
  { name: "policy", load: () => loadPolicyFolder("policy") },
  ...shownOnPages(),
  ...samples(),
];

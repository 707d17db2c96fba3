import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lib/package-root";

/** The policies that docs/ten-policies.md shows, by their folders in samples/policies. */
export const tenPolicies = [
  "domains",
  "casing",
  "job-titles",
  "postal-codes",
  "invitation-codes",
  "partner-numbers",
  "approval",
  "vendor-then-person",
  "applications",
  "office-hours",
] as const;

/** What a reader pastes: the policy's files, each begun by its name, and where its cases are. */
export function policyShown(folder: (typeof tenPolicies)[number]): string {
  const path = join(packageRoot, "samples/policies", folder);
  // What steps share comes first, so that it is read before it is used.
  const isStep = (file: string) => /^(after|before)-/.test(file);
  const files = readdirSync(path)
    .filter((file) => file.endsWith(".ts"))
    .sort((a, b) => Number(isStep(a)) - Number(isStep(b)) || a.localeCompare(b));
  const code = files.map((file) => `// policy/${file}\n${readFileSync(join(path, file), "utf8").trim()}\n`).join("\n");
  return ["```ts", `${code}\`\`\``, "", `Its claims and tests: [cases](../samples/policies/${folder}/cases).`].join("\n");
}

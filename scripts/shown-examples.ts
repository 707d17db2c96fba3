import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apiConnector } from "../engine/protocols/api-connector";
import { customExtension } from "../engine/protocols/extension";
import type { Protocol } from "../engine/protocols/protocol";
import type { Step } from "../engine/sign-up/sign-up";
import { packageRoot } from "../lib/package-root";

const connector = () => apiConnector;
const extension = ({ data }: { readonly data?: { readonly tenantId?: string } }) => customExtension({ tenantId: data?.tenantId ?? "" });

/** Requests as each kind of tenant sends them; docs/sign-up.md shows the `signUp` that a rule gets of each. */
export const signUpExamples = [
  { name: "workforce", step: "before-create-user", request: "b2b-before-create-google", protocol: connector },
  { name: "workforce-entra", step: "after-sign-in", request: "b2b-after-sign-in-entra", protocol: connector },
  { name: "b2c", step: "before-create-user", request: "b2c/post-attribute-collection", protocol: connector },
  { name: "b2c-local", step: "before-create-user", request: "b2c/post-attribute-collection-local", protocol: connector },
  { name: "external", step: "before-create-user", request: "extension/attribute-collection-submit", protocol: extension },
  { name: "token", step: "before-sending-token", request: "extension/token-issuance-start", protocol: extension },
] as const satisfies readonly { name: string; step: Step; request: string; protocol: (body: never) => Protocol }[];

/** The `signUp` that the policy gets of that request, as a fence of JSON. */
export function signUpShown({ step, request, protocol }: (typeof signUpExamples)[number]): string {
  const body = readFileSync(join(packageRoot, "test/fixtures", `${request}.json`), "utf8");
  const parsed = protocol(JSON.parse(body)).parse({ contentType: "application/json", body }, step);
  if (!parsed.ok) throw new Error(`test/fixtures/${request}.json cannot be read: ${JSON.stringify(parsed)}`);
  return `\`\`\`json\n${JSON.stringify(parsed.signUp, undefined, 2)}\n\`\`\``;
}

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

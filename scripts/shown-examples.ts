import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apiConnector } from "../engine/protocols/api-connector";
import type { Dialect } from "../engine/protocols/dialect";
import { customExtension } from "../engine/protocols/extension";
import type { Step } from "../engine/sign-up/sign-up";
import { packageRoot } from "../lib/package-root";

const connector = () => apiConnector;
const extension = ({ data }: { readonly data?: { readonly tenantId?: string } }) => customExtension({ tenantId: data?.tenantId ?? "" });

/** Requests as each kind of tenant sends them; docs/sign-up.md shows the `signUp` that a rule gets of each. */
export const signUpExamples = [
  { name: "workforce", step: "before-create-user", request: "b2b-before-create-google", dialect: connector },
  { name: "workforce-entra", step: "after-sign-in", request: "b2b-after-sign-in-entra", dialect: connector },
  { name: "b2c-local", step: "before-create-user", request: "b2c/post-attribute-collection-local", dialect: connector },
  { name: "external", step: "before-create-user", request: "extension/attribute-collection-submit", dialect: extension },
  { name: "token", step: "before-sending-token", request: "extension/token-issuance-start", dialect: extension },
] as const satisfies readonly { name: string; step: Step; request: string; dialect: (body: never) => Dialect }[];

/** The `signUp` that the policy gets of that request, as a fence of JSON. */
export function signUpShown({ step, request, dialect }: (typeof signUpExamples)[number]): string {
  const body = readFileSync(join(packageRoot, "test/fixtures", `${request}.json`), "utf8");
  const parsed = dialect(JSON.parse(body)).parse({ contentType: "application/json", body }, step);
  if (!parsed.ok) throw new Error(`test/fixtures/${request}.json cannot be read: ${JSON.stringify(parsed)}`);
  return `\`\`\`json\n${JSON.stringify(parsed.signUp, undefined, 2)}\n\`\`\``;
}

/** The policies of docs/ten-policies.md, by their folders in samples/policies. */
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

/** Those whose code the page shows: no other page has such. */
export const shownPolicies: readonly (typeof tenPolicies)[number][] = ["domains", "postal-codes"];

/** The file that decides, and where the folder is with the other files and the cases. */
export function policyShown(folder: (typeof tenPolicies)[number]): string {
  const path = join(packageRoot, "samples/policies", folder);
  // What steps share has a file of its own, which they only import.
  const shared = readdirSync(path).find((name) => name.endsWith(".ts") && !/^(after|before)-/.test(name));
  const file = shared ?? "before-create-user.ts";
  const code = `// policy/${file}\n${readFileSync(join(path, file), "utf8").trim()}\n`;
  return ["```ts", `${code}\`\`\``, "", `[Files and cases](../samples/policies/${folder})`].join("\n");
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dialect } from "../engine/protocols/dialect";
import type { Step } from "../engine/sign-up/sign-up";
import { customExtension } from "../features/external-tenant/extension";
import { packageRoot } from "../lib/package-root";

const extension = ({ data }: { readonly data?: { readonly tenantId?: string } }) => customExtension({ tenantId: data?.tenantId ?? "" });

/** Requests from each kind of tenant; docs/sign-up.md shows the `signUp` that a rule receives for each. */
export const signUpExamples = [
  { name: "external", step: "before-create-user", request: "extension/attribute-collection-submit", dialect: extension },
] as const satisfies readonly { name: string; step: Step; request: string; dialect: (body: never) => Dialect }[];

/** The policy's `signUp` for that request, as a fenced block of JSON. */
export function signUpShown({ step, request, dialect }: (typeof signUpExamples)[number]): string {
  const body = readFileSync(join(packageRoot, "test/fixtures", `${request}.json`), "utf8");
  const parsed = dialect(JSON.parse(body)).parse({ contentType: "application/json", body }, step);
  if (!parsed.ok) throw new Error(`test/fixtures/${request}.json cannot be read: ${JSON.stringify(parsed)}`);
  return `\`\`\`json\n${JSON.stringify(parsed.signUp, undefined, 2)}\n\`\`\``;
}

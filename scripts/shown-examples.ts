import { readFileSync } from "node:fs";
import { join } from "node:path";
import { customExtension } from "../features/external-tenant/extension";
import { packageRoot } from "../lib/package-root";

const REQUEST = "test/fixtures/extension/attribute-collection-submit.json";

/** The `signUp` that a rule receives for an external tenant's request, as a fenced block of JSON. */
export function signUpShown(): string {
  const body = readFileSync(join(packageRoot, REQUEST), "utf8");
  const { tenantId = "" } = (JSON.parse(body) as { readonly data: { readonly tenantId?: string } }).data;
  const parsed = customExtension({ tenantId }).parse({ contentType: "application/json", body }, "before-create-user");
  if (!parsed.ok) throw new Error(`${REQUEST} cannot be read: ${JSON.stringify(parsed)}`);
  return `\`\`\`json\n${JSON.stringify(parsed.signUp, undefined, 2)}\n\`\`\``;
}

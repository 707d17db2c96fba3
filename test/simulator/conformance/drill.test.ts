import { apiConnector } from "../../../engine/protocols/api-connector";
import { DRILL_DOMAIN, isDrill } from "../../../engine/sign-up/drill";
import { steps, tenantKinds } from "../../../engine/sign-up/sign-up";
import { customExtension } from "../../../features/external-tenant/extension";
import { connectorProbes } from "../../../simulator/conformance/connector-probes";
import { extensionProbes } from "../../../simulator/conformance/extension-probes";

const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
/** Forgeries are made from its parts. */
const TOKEN = `${part({ alg: "RS256", kid: "1" })}.${part({ azp: tenantId })}.c2ln`;
const cases = tenantKinds.flatMap((tenant) => steps.map((step) => ({ tenant, step })));

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

it.each(cases)("every readable probe of the check counts as a drill: $tenant at $step", async ({ tenant, step }) => {
  const endpoint = { url: "https://gate.example", step, email: `smoke@${DRILL_DOMAIN}` };
  const isExtension = tenant === "external-tenant";
  const probes = isExtension
    ? extensionProbes({ ...endpoint, tenant, tenantId, token: TOKEN })
    : connectorProbes({ ...endpoint, tenant, username: "u", password: "p" });
  const protocol = isExtension ? customExtension({ tenantId }) : apiConnector;
  const passed = [];
  for (const { id, call } of probes) {
    const made = await call();
    if ("skipped" in made) continue;
    const parsed = protocol.parse({ contentType: made.headers["content-type"], body: made.body ?? "" }, step);
    if (parsed.ok && !isDrill(parsed.received)) passed.push(id);
  }
  expect(passed).toEqual([]);
});

import type { Step } from "../../../engine/sign-up/sign-up";
import { simulatorApp } from "../../../local/pages/app";
import type { UserFlow } from "../../../simulator/client/visit";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint } from "../../simulator/endpoint";
import { acting, letThrough, TENANT_ID } from "../../simulator/extension-endpoint";
import { parsePage, readFacts } from "../../support/parsed-page";

const SUBMIT = "before-create-user";
const TOKEN = "before-sending-token";
const SEATS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats";

let answers: Partial<Record<Step, Reply>>;
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let app: ReturnType<typeof simulatorApp>;

beforeAll(async () => {
  endpoint = await serveEndpoint(({ path = "", headers }) => {
    const step = path.split("/").at(-1) as Step;
    return answers[step] ?? (headers.authorization === "Bearer abc" ? letThrough(step) : { body: CONTINUE });
  });
  const steps = ["after-sign-in", SUBMIT, TOKEN] as const;
  const at = (gate: string | undefined): readonly UserFlow[] => {
    const url = gate === undefined ? endpoint.url : `${endpoint.url}/${gate}`;
    const named = gate === undefined ? {} : { gate };
    const external = { tenant: { kind: "external-tenant", id: TENANT_ID }, authorization: async () => "Bearer abc" } as const;
    return [
      connectorFlow(url, named),
      connectorFlow(url, { ...named, steps, tenant: { kind: "b2c" } }),
      connectorFlow(url, { ...named, steps, ...external }),
    ];
  };
  app = simulatorApp([...at(undefined), ...at("suppliers")]);
});
afterAll(() => endpoint.close());
beforeEach(() => {
  answers = {};
  endpoint.received.length = 0;
});

const ORIGIN = "http://127.0.0.1";

async function get(path: string): Promise<string> {
  return await (await app.request(`${ORIGIN}${path}`, { headers: { host: "127.0.0.1" } })).text();
}

/** Runs one sign-up. @param fields of the person, and the tenant and the gate of the address */
async function run({ tenant = "", gate = "", ...fields }: Record<string, string>): Promise<{ status: number; html: string }> {
  const body = new URLSearchParams({ email: "kim@contoso.com", issuer: "google.com", attribute: "city", more: "", ...fields });
  const headers = { host: "127.0.0.1", origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
  const at = new URLSearchParams({ lang: "en", ...(tenant && { tenant }), ...(gate && { gate }) });
  const response = await app.request(`${ORIGIN}/?${at}`, { method: "POST", headers, body: body.toString() });
  return { status: response.status, html: await response.text() };
}

const outcome = ({ html }: { html: string }) => /<h2 id="outcome">(.*)<\/h2>/.exec(html)?.[1];
const seen = ({ html }: { html: string }) => /<div class="sheet">([\s\S]*?)<\/div>/.exec(html)?.[1] ?? "";

const external = { tenant: "external-tenant", custom: "extension_Seats:integer", "value.city": "Lyon" };

it("the page offers a choice of tenant and gate only if there are several", async () => {
  const several = await get("/?lang=en");
  expect(
    [...several.matchAll(/<li><a href="([^"]*)"(?: aria-current="true")?>([^<]*·[^<]*)</g)].map(([, href, name]) => [href, name]),
  ).toEqual([
    ["/?lang=en&amp;tenant=workforce", "Workforce tenant · default gate"],
    ["/?lang=en&amp;tenant=b2c", "Azure AD B2C · default gate"],
    ["/?lang=en&amp;tenant=external-tenant", "External tenant · default gate"],
    ["/?lang=en&amp;tenant=workforce&amp;gate=suppliers", "Workforce tenant · suppliers"],
    ["/?lang=en&amp;tenant=b2c&amp;gate=suppliers", "Azure AD B2C · suppliers"],
    ["/?lang=en&amp;tenant=external-tenant&amp;gate=suppliers", "External tenant · suppliers"],
  ]);
  const one = await (await simulatorApp([connectorFlow(endpoint.url)]).request(`${ORIGIN}/`, { headers: { host: "127.0.0.1" } })).text();
  expect(one).not.toContain("<details");
});

it.each<{ fields: Record<string, string>; paths: string[] }>([
  { fields: { tenant: "external-tenant" }, paths: ["/after-sign-in", "/before-create-user", "/before-sending-token"] },
  {
    fields: { tenant: "external-tenant", gate: "suppliers" },
    paths: ["/suppliers/after-sign-in", "/suppliers/before-create-user", "/suppliers/before-sending-token"],
  },
  { fields: { tenant: "workforce", gate: "suppliers" }, paths: ["/suppliers/after-sign-in", "/suppliers/before-create-user"] },
  { fields: { tenant: "b2c", issuer: "mail" }, paths: ["/before-create-user", "/before-sending-token"] },
])("the page makes every call of the sign-up by the choice $fields, and keeps that choice", async ({ fields, paths }) => {
  const end = await run(fields);
  expect(outcome(end)).toBe("Let in");
  expect(endpoint.received.map(({ path }) => path)).toEqual(paths);
  const at = new URLSearchParams({ lang: "en", tenant: fields.tenant ?? "", ...(fields.gate && { gate: fields.gate }) });
  expect(end.html).toContain(`action="/?${at}"`.replaceAll("&", "&amp;"));
});

it("the page shows the token's claims at the end, as texts", async () => {
  answers[TOKEN] = acting(TOKEN, "provideClaimsForToken", { claims: { tier: "<gold>", roles: ["buyer", "reader"] } });
  const end = await run(external);
  expect(seen(end)).toContain('<p class="title">The token</p>');
  expect(seen(end)).toContain("<dt>tier</dt><dd>&lt;gold&gt;</dd><dt>roles</dt><dd>buyer, reader</dd>");
  answers[TOKEN] = acting(TOKEN, "provideClaimsForToken", { claims: {} });
  expect(seen(await run(external))).toContain("It adds none.");
});

it("the page names the claims that B2C drops", async () => {
  answers[TOKEN] = { body: { ...CONTINUE, tier: "gold" } };
  expect(readFacts(parsePage((await run({ tenant: "b2c" })).html))).toMatchObject({
    "Dropped by B2C, because it is not an attribute:": "tier",
  });
});

it("the page shows an account without a token if the last answer is missing", async () => {
  answers[TOKEN] = { status: 500 };
  const end = await run(external);
  expect(outcome(end)).toBe("Account without a token");
  expect(seen(end)).toContain("Your account is ready, but we couldn&#39;t sign you in.");
});

it("the page shows a block page's title, or Entra's own words if there is none", async () => {
  answers["after-sign-in"] = acting("after-sign-in", "showBlockPage", { title: "Not <here>", message: "Go to the other shop." });
  const end = await run(external);
  expect(outcome(end)).toBe("Refused");
  expect(seen(end)).toContain('<p class="title">Not &lt;here&gt;</p><p class="words message">Go to the other shop.</p>');
  answers["after-sign-in"] = acting("after-sign-in", "showBlockPage");
  expect(seen(await run(external))).toContain("You can&#39;t sign up");
});

it("the page shows each problem beside its field's name", async () => {
  const attributeErrors = { city: "Which <city>?", [SEATS]: "Too many." };
  answers[SUBMIT] = acting(SUBMIT, "showValidationError", { message: "Mend it.", attributeErrors });
  const end = await run({ ...external, "value.city": "??", "value.extension_Seats": "900" });
  expect(outcome(end)).toBe("Asked to correct");
  expect(seen(end)).toContain("Mend it.");
  expect(readFacts(parsePage(seen(end)))).toEqual({ City: "Which <city>?", Seats: "Too many." });
});

it("the page offers Entra accounts only in a workforce tenant", async () => {
  const { status, html } = await run({ tenant: "b2c", issuer: "entra" });
  expect({ status, calls: endpoint.received }).toEqual({ status: 400, calls: [] });
  expect(html).toContain("People with an Entra or Microsoft account sign up at a workforce tenant.");
});

it.each<Record<string, string>>([{ tenant: "moon" }, { tenant: "b2c", gate: "nowhere" }])(
  "the page starts again if its address names unknown choices: %j",
  async (fields) => expect((await run(fields)).html).toContain("Start again."),
);

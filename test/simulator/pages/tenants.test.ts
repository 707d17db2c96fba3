import type { Step } from "../../../engine/sign-up/sign-up";
import type { UserFlow } from "../../../simulator/client/flow";
import { simulatorApp } from "../../../simulator/pages/app";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint } from "../endpoint";
import { acting, letThrough, TENANT_ID } from "../extension-endpoint";

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
  app = simulatorApp([...at(undefined), ...at("suppliers")], "");
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

async function post(path: string, fields: Record<string, string>): Promise<{ status: number; html: string }> {
  const body = new URLSearchParams({ email: "kim@contoso.com", issuer: "google.com", attribute: "city", ...fields });
  const headers = { host: "127.0.0.1", origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
  const response = await app.request(`${ORIGIN}${path}?lang=en`, { method: "POST", headers, body: body.toString() });
  return { status: response.status, html: await response.text() };
}

/** What the page's form carries along. */
function stateIn(html: string): string {
  const [, escaped = ""] = /name="state" value="([^"]*)"/.exec(html) ?? [];
  return escaped.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

const heading = (html: string) => /<h1>(.*)<\/h1>/.exec(html)?.[1];

/** From the start page through the form. */
async function throughForm(fields: Record<string, string>, typed: Record<string, string> = { "value.city": "Lyon" }) {
  const { html } = await post("/sign-in", fields);
  return await post("/attributes", { ...typed, state: stateIn(html) });
}

const external = { tenant: "external-tenant", custom: "extension_Seats:integer" };

it("offers the kinds of tenants and the gates there are, and none where there is one", async () => {
  const several = await get("/?lang=en");
  expect([...several.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value)).toEqual(
    expect.arrayContaining(["workforce", "b2c", "external-tenant", "", "suppliers"]),
  );
  const one = await (
    await simulatorApp([connectorFlow(endpoint.url)], "").request(`${ORIGIN}/`, { headers: { host: "127.0.0.1" } })
  ).text();
  expect(one).not.toMatch(/name="(tenant|gate)"/);
});

it.each<{ fields: Record<string, string>; paths: string[] }>([
  { fields: { tenant: "external-tenant" }, paths: ["/after-sign-in", "/before-create-user", "/before-sending-token"] },
  {
    fields: { tenant: "external-tenant", gate: "suppliers" },
    paths: ["/suppliers/after-sign-in", "/suppliers/before-create-user", "/suppliers/before-sending-token"],
  },
  { fields: { tenant: "workforce", gate: "suppliers" }, paths: ["/suppliers/after-sign-in", "/suppliers/before-create-user"] },
  { fields: { tenant: "b2c", issuer: "mail" }, paths: ["/before-create-user", "/before-sending-token"] },
])("calls as $fields has it, to the end", async ({ fields, paths }) => {
  const { html } = await throughForm(fields);
  expect(heading(html)).toBe("Your account is ready");
  expect(endpoint.received.map(({ path }) => path)).toEqual(paths);
  const again = await post("/", { state: stateIn(html) });
  for (const value of Object.values(fields)) expect(again.html).toContain(`<option value="${value}" selected>`);
});

it("shows the token's claims at the end, as texts", async () => {
  answers[TOKEN] = acting(TOKEN, "provideClaimsForToken", { claims: { tier: "<gold>", roles: ["buyer", "reader"] } });
  const { html } = await throughForm(external);
  expect(html).toContain("<h2>The token</h2>");
  expect(html).toContain("<dt>tier</dt><dd>&lt;gold&gt;</dd><dt>roles</dt><dd>buyer, reader</dd>");
  answers[TOKEN] = acting(TOKEN, "provideClaimsForToken", { claims: {} });
  expect((await throughForm(external)).html).toContain("It adds none.");
});

it("says which claims B2C drops", async () => {
  answers[TOKEN] = { body: { ...CONTINUE, tier: "gold" } };
  expect((await throughForm({ tenant: "b2c" })).html).toMatch(/B2C drops, as it is no attribute: tier</);
});

it("shows an account without a token where the last answer is none", async () => {
  answers[TOKEN] = { status: 500 };
  const { html } = await throughForm(external);
  expect(heading(html)).toBe("Something went wrong");
  expect(html).toContain("Your account is ready, but we couldn&#39;t sign you in.");
});

it("shows the title of a block page, and Entra's own words where it brings none", async () => {
  answers["after-sign-in"] = acting("after-sign-in", "showBlockPage", { title: "Not <here>", message: "Go to the other shop." });
  const { html } = await post("/sign-in", external);
  expect(heading(html)).toBe("Not &lt;here&gt;");
  expect(html).toContain("<title>Not &lt;here&gt; · ");
  expect(html).toContain('<p class="words">Go to the other shop.</p>');
  answers["after-sign-in"] = acting("after-sign-in", "showBlockPage");
  expect(heading((await post("/sign-in", external)).html)).toBe("You can&#39;t sign up");
});

it("shows each problem at its field, joined to it for those who cannot see", async () => {
  const attributeErrors = { city: "Which <city>?", [SEATS]: "Too many." };
  answers[SUBMIT] = acting(SUBMIT, "showValidationError", { message: "Mend it.", attributeErrors });
  const { html } = await throughForm(external, { "value.city": "??", "value.extension_Seats": "900" });
  expect(heading(html)).toBe("Add your details");
  expect(html).toContain('role="alert">Mend it.</div>');
  expect(html).toContain('name="value.city" value="??" autocomplete="off" aria-invalid="true" aria-describedby="value.city-error">');
  expect(html).toContain('id="value.city-error">Which &lt;city&gt;?</small>');
  expect(html).toContain('id="value.extension_Seats-error">Too many.</small>');
});

it("has no Entra accounts but in a workforce tenant", async () => {
  const { status, html } = await post("/sign-in", { tenant: "b2c", issuer: "entra" });
  expect({ status, calls: endpoint.received }).toEqual({ status: 400, calls: [] });
  expect(html).toContain("People with an Entra or Microsoft account sign up at a workforce tenant.");
});

it.each<Record<string, string>>([{ tenant: "moon" }, { gate: "nowhere" }])(
  "starts again where a form names what there is not: %j",
  async (fields) => {
    const { html } = await post("/sign-in", { tenant: "b2c" });
    const state = JSON.stringify({ ...JSON.parse(stateIn(html)), ...fields });
    expect((await post("/attributes", { state })).html).toContain("Start again.");
    expect((await post("/sign-in", { tenant: "b2c", ...fields })).html).toContain("Start again.");
  },
);

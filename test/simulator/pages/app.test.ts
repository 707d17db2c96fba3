import { request } from "node:http";
import type { LocalServer } from "../../../local/aws/server";
import { serveSimulator } from "../../../local/run/simulator-server";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint, USER, wellKept } from "../endpoint";

const records = { url: (code: string) => `http://console/${code}`, command: (code: string) => `why ${code}` };
let first: Reply;
let second: Reply;
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let simulator: LocalServer;

beforeAll(async () => {
  endpoint = await serveEndpoint((got) => wellKept(() => (got.path === "/after-sign-in" ? first : second))(got));
  simulator = await serveSimulator({ flows: [connectorFlow(endpoint.url, { records })], port: 0 });
});
afterAll(() => Promise.all([endpoint.close(), simulator.close()]));
beforeEach(() => {
  [first, second] = [{ body: CONTINUE }, { body: CONTINUE }];
  endpoint.received.length = 0;
});

interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Got> {
  const response = await fetch(`${simulator.url}${path}`, { headers });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

async function post(path: string, fields: readonly (readonly [string, string])[], origin = simulator.url): Promise<Got> {
  const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]));
  const response = await fetch(`${simulator.url}${path}`, { method: "POST", headers: { origin }, body });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

const entities: Readonly<Record<string, string>> = { "&quot;": '"', "&lt;": "<", "&gt;": ">", "&#39;": "'", "&amp;": "&" };

/** What the page's form carries along. */
function stateIn({ html }: Got): string {
  const [, escaped = ""] = /name="state" value="([^"]*)"/.exec(html) ?? [];
  return escaped.replace(/&(quot|lt|gt|#39|amp);/g, (entity) => entities[entity] ?? entity);
}

const heading = ({ html }: Got) => /<h1>(.*)<\/h1>/.exec(html)?.[1];
const kim = [
  ["identityProvider", "google.com"],
  ["email", "kim@contoso.com"],
  ["locales", "ko-KR, en"],
  ["claim.displayName", "Kim"],
  ["attribute", "displayName"],
  ["attribute", "city"],
] as const;
const hostile = `<script>alert(1)</script>"'\u202e${"x".repeat(10_000)}`;

describe("the simulator's pages", () => {
  it("lead from the start to the account", async () => {
    first = { body: { ...CONTINUE, city: "Paris" } };
    second = { body: { ...CONTINUE, city: "Lyon", jobTitle: "dropped" } };
    expect(heading(await get("/"))).toBe("Who signs up?");
    const form = await post("/sign-in?lang=en", kim);
    expect(form.html).toContain('name="value.city" value="Paris"');
    const end = await post("/attributes?lang=en", [
      ["value.displayName", "Kim M"],
      ["value.city", "lyon"],
      ["state", stateIn(form)],
    ]);
    expect(heading(end)).toBe("Your account is ready");
    expect(end.html).toContain("<dt>Display Name</dt><dd>Kim M</dd><dt>City</dt><dd>Lyon</dd></dl>");
    expect(end.html).toMatch(/Entra drops, as the user flow does not collect it: jobTitle</);
    expect(endpoint.received.map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({ email: "kim@contoso.com", ui_locales: "ko-KR en", displayName: "Kim" }),
      expect.objectContaining({ displayName: "Kim M", city: "lyon" }),
    ]);
    expect(end.html).not.toContain(USER.password);
    const again = await post("/?lang=en", [["state", stateIn(end)]]);
    expect(again.html).toContain('name="email" value="kim@contoso.com"');
    expect(again.html).toContain('value="city" checked');
  });

  it("end at the block page", async () => {
    first = { body: { version: "1", action: "ShowBlockPage", userMessage: "Not <you>." } };
    const end = await post("/sign-in?lang=en", kim);
    expect(heading(end)).toBe("You can&#39;t sign up");
    expect(end.html).toContain('<p class="words">Not &lt;you&gt;.</p>');
  });

  it.each([
    { code: "K7QD-9MXD", told: true },
    { code: "5a0b1c2d-1111-4467-9333-444455556666", told: false },
    { code: "B8B8-0000", told: false },
  ])("tell where the reason for $code is: $told", async ({ code, told }) => {
    first = { body: { version: "1", action: "ShowBlockPage", userMessage: `No. (Reference: ${code})` } };
    const { html } = await post("/sign-in?lang=en", kim);
    expect(html.includes(`<a href="http://console/${code}">`)).toBe(told);
    expect(html.includes(`<code>why ${code}</code>`)).toBe(told);
  });

  it("come back to the form with the message, and keep what was typed", async () => {
    second = { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "Where?" } };
    const form = await post("/sign-in?lang=en", kim);
    const back = await post("/attributes?lang=en", [
      ["value.displayName", "Kim"],
      ["value.city", "??"],
      ["state", stateIn(form)],
    ]);
    expect(back.html).toContain('role="alert">Where?</div>');
    expect(back.html).toContain('name="value.city" value="??"');
    second = { body: CONTINUE };
    const end = await post("/attributes?lang=en", [
      ["value.displayName", "Kim"],
      ["value.city", "Lyon"],
      ["state", stateIn(back)],
    ]);
    expect(heading(end)).toBe("Your account is ready");
    expect(end.html.match(/<h3>/g)).toHaveLength(3);
  });

  it.each<{ reply: Reply; rule: string }>([
    { reply: { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "?" } }, rule: "invalid.step" },
    { reply: { body: { version: "1", action: "Allow" } }, rule: "action" },
    { reply: { status: 500, body: "<b>oops</b>" }, rule: "status" },
  ])("show Entra's own page where $rule is broken, and say so", async ({ reply, rule }) => {
    first = reply;
    const end = await post("/sign-in?lang=en", kim);
    expect(heading(end)).toBe("Something went wrong");
    expect(end.html).toContain(`<code>${rule}</code>`);
    expect(end.html).not.toContain("<b>oops");
  });

  it("ask twice where the first answer gets lost", async () => {
    const form = await post("/sign-in?lang=en", [...kim, ["loseFirstAnswer", "yes"]]);
    expect(endpoint.received).toHaveLength(2);
    expect(form.html).toContain("Answer that got lost: 200");
  });

  it("show custom attributes by their type, and refuse what is no whole number", async () => {
    const custom = "extension_Seats:integer, extension_News:boolean";
    first = { body: { ...CONTINUE, extension_News: true, extension_Seats: 3 } };
    const form = await post("/sign-in?lang=en", [...kim, ["custom", custom]]);
    expect(form.html).toContain('name="value.extension_News" value="yes" checked');
    const back = await post("/attributes?lang=en", [
      ["value.extension_Seats", "many"],
      ["state", stateIn(form)],
    ]);
    expect(back.status).toBe(400);
    expect(back.html).toContain("A whole number belongs here: extension_Seats");
    const end = await post("/attributes?lang=en", [
      ["value.extension_Seats", "5"],
      ["state", stateIn(form)],
    ]);
    expect(end.html).toContain("<dt>Seats</dt><dd>5</dd><dt>News</dt><dd>false</dd>");
  });

  it("show hostile values as harmless text, wherever they come from", async () => {
    first = { body: { ...CONTINUE, city: hostile } };
    second = { body: { ...CONTINUE, displayName: hostile } };
    const form = await post("/sign-in?lang=en", [...kim, ["claim.surname", hostile], ["accountId", hostile]]);
    const end = await post("/attributes?lang=en", [
      ["value.displayName", hostile],
      ["value.city", hostile],
      ["state", stateIn(form)],
    ]);
    expect(heading(end)).toBe("Your account is ready");
    first = { body: { version: "1", action: "ShowBlockPage", userMessage: hostile } };
    const blocked = await post("/sign-in?lang=en", kim);
    for (const { html } of [form, end, blocked]) {
      expect(html).not.toContain("<script");
      // What a field holds stays as it is: a field is a world of its own.
      expect(html.replace(/ value="[^"]*"/g, "")).not.toContain("\u202e");
    }
    expect(end.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;\\u202exxx");
  });

  it.each([
    { fields: [["identityProvider", "mail"]], says: "Give an e-mail address" },
    { fields: [...kim, ["custom", "ext_Seats extension_A:float"]], says: "No attribute is called so: ext_Seats, extension_A:float" },
  ] as const)("say what to mend: $says", async ({ fields, says }) => {
    const start = await post("/sign-in?lang=en", fields);
    expect(start.status).toBe(400);
    expect(start.html).toContain(says);
    expect(endpoint.received).toEqual([]);
  });

  it.each([
    { path: "/attributes", state: "" },
    { path: "/attributes", state: "{" },
    { path: "/attributes", state: '{"person":{"email":"x"},"visits":[]}' },
    { path: "/", state: '{"person":{"email":"x","identityProvider":"mail"},"visits":[{"step":"third"}]}' },
    { path: "/sign-in?identityProvider=x", state: "" },
  ])("start again where a form carries nonsense: $state at $path", async ({ path, state }) => {
    const { status, html } = await post(path, [
      ["state", state],
      ["email", "a@b.example"],
      ["identityProvider", "x"],
    ]);
    expect(status).toBe(400);
    expect(html).toContain("Start again.");
  });

  it.each([
    { path: "/", headers: {}, lang: "en" },
    { path: "/", headers: { "accept-language": "ko-KR,ko;q=0.9" }, lang: "ko" },
    { path: "/?lang=ko", headers: { "accept-language": "en" }, lang: "ko" },
    { path: "/?lang=xx", headers: { "accept-language": "fr" }, lang: "en" },
    { path: "/nowhere?lang=ko", headers: {}, lang: "ko" },
  ])("speak $lang at $path with $headers", async ({ path, headers, lang }) => {
    expect((await get(path, headers as Record<string, string>)).html).toContain(`<html lang="${lang}">`);
  });

  it("load nothing from elsewhere, run no script, and are kept nowhere", async () => {
    const { headers, html } = await get("/");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(html).not.toMatch(/<script|https?:\/\//);
    const css = await get("/style.css");
    expect(css.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(css.html).toContain("prefers-color-scheme: dark");
    expect(css.html).not.toMatch(/url\(|@import/);
  });

  it("take forms from no other site", async () => {
    expect((await post("/sign-in", kim, "https://evil.example")).status).toBe(403);
    expect(endpoint.received).toEqual([]);
  });

  it("answer under no other name", async () => {
    const status = await new Promise((resolve, reject) => {
      request(simulator.url, { headers: { host: "evil.example" } }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

import { request } from "node:http";
import type { PageKey } from "../../../local/aws/page-key";
import type { LocalServer } from "../../../local/aws/server";
import { serveSimulator } from "../../../local/run/user-flows";
import { readPersonFile } from "../../../simulator/client/person";
import type { SavedPerson } from "../../../simulator/client/saved-person";
import type { StepVisit } from "../../../simulator/client/visit";
import { simulatorApp } from "../../../simulator/pages/app";
import type { Behind, Bench, CaseSaved, SideAnswer } from "../../../simulator/pages/bench";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint, USER, wellKept } from "../endpoint";

const records = { url: (code: string) => `http://console/${code}`, command: (code: string) => `why ${code}` };
let first: Reply;
let second: Reply;
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let simulator: LocalServer;

const behind: Behind = {
  reference: "AAAA-BBBB",
  trace: [
    { rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence: { entry: "<b>@x", level: "address" }, ms: 0.25 },
    { rule: "<i>own", said: "unfinished", shadow: true },
  ],
  times: [{ part: "gateway", ms: 3 }],
  totalMs: 12.4,
  outside: [{ method: "GET", url: "https://x/<u>", came: "timeout" }],
};
let tested: ReturnType<typeof simulatorApp>;
const fake = {
  savePerson: vi.fn<Bench["savePerson"]>(),
  saveCase: vi.fn<Bench["saveCase"]>(),
  saveRecorded: vi.fn<Bench["saveRecorded"]>(),
  compare: vi.fn<Bench["compare"]>(),
  preview: vi.fn<Bench["preview"]>(),
};
const saved: SavedPerson = {
  tenant: "workforce",
  title: "<b>Wrong code",
  person: readPersonFile({ issuer: "mail", email: "<b>@x", collects: ["city"], form: { city: "<b>" }, ipAddress: "192.0.2.7" }),
};
const around = (own: typeof fake): Bench => ({
  ...own,
  token: "the-token",
  other: "drafts/<b>",
  behind: async () => behind,
  entryUrl: (entry) => `http://console/${encodeURIComponent(entry)}`,
  people: async () => ({ people: [{ name: "wrong-code", ...saved }], flaws: ["people/<b>.json: email is missing"] }),
  customAttributes: () => ["extension_PartnerNumber", "extension_Seats"],
  recorded: async (reference) => (reference === "AAAA-BBBB" ? saved : undefined),
});

beforeAll(async () => {
  endpoint = await serveEndpoint((got) => wellKept(() => (got.path === "/after-sign-in" ? first : second))(got));
  // The key is tried where all of a start is: test/local/run/run.test.ts.
  const open: PageKey = { addressOf: (url) => url, guard: (handle) => handle };
  simulator = await serveSimulator({ flows: [connectorFlow(endpoint.url, { records })], port: 0, pageKey: open });
  tested = simulatorApp([connectorFlow(endpoint.url, { records })], "", {
    trouble: () => "<s>before-create-user.ts:3",
    bench: around(fake),
  });
});
afterAll(() => Promise.all([endpoint.close(), simulator.close()]));
beforeEach(() => {
  [first, second] = [{ body: CONTINUE }, { body: CONTINUE }];
  endpoint.received.length = 0;
  vi.clearAllMocks();
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
  ["issuer", "google.com"],
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
    expect(back.html).toContain("Enter a whole number: extension_Seats");
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
    { fields: [["issuer", "mail"]], says: "Give an e-mail address" },
    { fields: [...kim, ["custom", "ext_Seats extension_A:float"]], says: "No attribute has this name: ext_Seats, extension_A:float" },
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
    { path: "/", state: '{"person":{"email":"x","issuer":"mail"},"visits":[{"step":"third"}]}' },
    { path: "/sign-in?issuer=x", state: "" },
  ])("start again where a form carries nonsense: $state at $path", async ({ path, state }) => {
    const { status, html } = await post(path, [
      ["state", state],
      ["email", "a@b.example"],
      ["issuer", "x"],
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

describe("the simulator's pages before an instance that remembers calls", () => {
  const send = async (path: string, fields: readonly (readonly [string, string])[]): Promise<string> => {
    const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]));
    const headers = { host: "localhost", origin: "http://localhost" };
    return await (await tested.request(`http://localhost${path}`, { method: "POST", body, headers })).text();
  };

  it("show what each rule said, the entry that decided, the times, and the way to the decision, though nobody was stopped", async () => {
    const html = await send("/sign-in?lang=en", kim);
    expect(html).toContain('<a href="http://console/AAAA-BBBB">See the decision in the console</a>');
    expect(html).toMatch(/<tr class="stop"><th scope="row"><code>access-list<\/code><\/th><td>blocked<br>/);
    expect(html).toContain("access-list.denied (the list denies)");
    expect(html).toContain('href="http://console/%3Cb%3E%40x"');
    expect(html).toContain("In shadow: it changed nothing.");
    expect(html).toContain("Where the time went: 12 ms");
    expect(html).toMatch(/Gateway<\/th>\s*<td class="number">3\.0/);
    expect(html).toContain("timeout, not waited for");
    expect(html).not.toMatch(/<[bius]>/);
  });

  it("say on every page that the policy as it is saved is not served", async () => {
    for (const html of [
      await (await tested.request("http://localhost/", { headers: { host: "localhost" } })).text(),
      await send("/sign-in?lang=en", kim),
    ])
      expect(html).toContain("<pre>&lt;s&gt;before-create-user.ts:3</pre>");
  });

  const ask = async (path: string) => {
    const response = await tested.request(`http://localhost${path}`, { headers: { host: "localhost" } });
    return { status: response.status, html: await response.text() };
  };
  const carried = async () => stateIn({ html: await send("/sign-in?lang=en", kim) } as Got);
  const token = ["token", "the-token"] as const;
  const file = [
    ["name", "kim"],
    ["title", "<b>Kim"],
  ] as const;

  it("lists who has been saved, and begins with one: what they type comes along", async () => {
    const { html } = await ask("/?lang=en");
    expect(html).toContain('<a href="/?person=wrong-code&amp;lang=en">&lt;b&gt;Wrong code</a>');
    expect(html).toContain("people/&lt;b&gt;.json: email is missing");
    const begun = await ask("/?person=wrong-code&lang=en");
    expect(begun.html).toContain('name="email" value="&lt;b&gt;@x"');
    const more = JSON.stringify({ form: { city: "Paris" }, ipAddress: "192.0.2.7", claims: {} });
    const form = await send("/sign-in?lang=en", [...kim, ["more", more]]);
    expect(form).toContain('name="value.city" value="Paris"');
    expect((await ask("/?person=nobody")).status).toBe(404);
    expect(`${html}${begun.html}`).not.toContain("<b>");
  });

  it("keep what is typed for the next time", async () => {
    const end = await send("/attributes?lang=en", [
      ["value.displayName", "Kim"],
      ["value.city", "Lyon"],
      ["state", await carried()],
    ]);
    expect(JSON.parse(stateIn({ html: end } as Got)).person.form).toEqual({ city: "Lyon" });
  });

  it.each([
    ["POST", "/people"],
    ["POST", "/cases"],
    ["POST", "/compare"],
    ["POST", "/preview/case"],
    ["GET", "/preview?days=7&policy=x"],
  ])("do nothing for %s %s without the token of this instance", async (method, path) => {
    const state = await carried();
    for (const given of ["", "the-tokem", "the-token "]) {
      const fields = new URLSearchParams({ token: given, state, recorded: "AAAA-BBBB", ...Object.fromEntries(file) });
      const headers = { host: "localhost", origin: "http://localhost" };
      const url = `http://localhost${path}${method === "GET" ? `&token=${encodeURIComponent(given)}` : ""}`;
      const response = await tested.request(url, { method, headers, ...(method === "POST" && { body: fields }) });
      expect([response.status, given]).toEqual([403, given]);
    }
    for (const each of Object.values(fake)) expect(each).not.toHaveBeenCalled();
  });

  it("save a person as a file that says no more than is needed", async () => {
    fake.savePerson.mockReturnValueOnce({ ok: true, file: "policy/people/<b>.json" });
    const html = await send("/people?lang=en", [token, ["state", await carried()], ...file]);
    expect(fake.savePerson).toHaveBeenCalledWith("kim", {
      title: "<b>Kim",
      issuer: "google.com",
      email: "kim@contoso.com",
      locales: ["ko-KR", "en"],
      claims: { displayName: "Kim" },
      collects: ["displayName", "city"],
    });
    expect(html).toContain("Saved as <code>policy/people/&lt;b&gt;.json</code>");
  });

  it.each([
    ["name", "cannot be a file"],
    ["exists", "A file has that name already"],
    ["differs", "As a case, the request gets another answer"],
    ["forgotten", "details of this answer are gone"],
  ] as const)("say why a case is not saved: %s", async (why, says) => {
    fake.saveCase.mockResolvedValueOnce({ ok: false, why, detail: "<b>" } as CaseSaved);
    const html = await send("/cases?lang=en", [token, ["state", await carried()], ["visit", "0"], ...file]);
    expect(html).toContain(says);
    expect(html).toContain("<pre>&lt;b&gt;</pre>");
    // So that another name can be given.
    expect(html).toContain('action="/cases?lang=en"');
  });

  it("ask for a title, and for a call that was made", async () => {
    const state = await carried();
    expect(await send("/cases?lang=en", [token, ["state", state], ["visit", "0"], ["name", "x"], ["title", " "]])).toContain(
      "Say what it shows",
    );
    expect(await send("/cases?lang=en", [token, ["state", state], ["visit", "7"], ...file])).toContain("details of this answer are gone");
    expect(await send("/cases?lang=en", [token, ["state", "{}"], ["visit", "0"], ...file])).toContain("cannot go on");
    expect(fake.saveCase).not.toHaveBeenCalled();
  });

  it("set two answers side by side, and mark what differs", async () => {
    const answer: SideAnswer = {
      verdict: "continue",
      reasons: [],
      asked: [],
      attributes: { city: "Paris" },
      events: { "a.b.v1": { y: 1, x: 2 } },
      outside: [],
      trace: [{ rule: "list", said: "continue" }],
    };
    const other: SideAnswer = { ...answer, attributes: { city: "<b>" }, events: { "a.b.v1": { x: 2, y: 1 } }, text: "<b>" };
    fake.compare.mockImplementationOnce(async ([visit]) => ({
      ok: true,
      value: {
        names: ["policy", "<b>"],
        steps: [
          {
            visit: visit as StepVisit,
            sides: [
              { ok: true, answer },
              { ok: true, answer: other },
            ],
          },
          {
            visit: visit as StepVisit,
            sides: [
              { ok: true, answer },
              { ok: false, problem: "<b>.ts:3" },
            ],
          },
          {
            visit: visit as StepVisit,
            sides: [
              { ok: true, answer },
              { ok: true, answer },
            ],
          },
        ],
      },
    }));
    const html = await send("/compare?lang=en", [token, ["state", await carried()], ["other", " git:main "]]);
    expect(fake.compare).toHaveBeenCalledWith([expect.objectContaining({ step: "after-sign-in" })], undefined, "git:main");
    expect(html).toContain("They differ in: Attributes, The person reads<");
    expect(html.match(/class="differs"/g)).toHaveLength(4);
    expect(html).toContain("<pre>&lt;b&gt;.ts:3</pre>");
    expect(html).toContain("Both answer the same.");
    expect(html).not.toContain("<b>");
    fake.compare.mockResolvedValueOnce({ ok: false, problem: "Git knows no version <b>" });
    expect(await send("/compare?lang=en", [token, ["state", await carried()]])).toContain("<pre>Git knows no version &lt;b&gt;</pre>");
  });

  it("replay decisions, and lead from each person to the simulator and to a case", async () => {
    const people = [{ email: "<b>@x", reference: "AAAA-BBBB", at: "2026-11-20T10:00:00.000Z" }];
    const group = { kind: "now blocked", step: "after-sign-in", was: "continue", now: "block <b>", count: 3, people } as const;
    const notReplayed = [{ step: "after-sign-in", rule: "<b>", decisions: 1 }] as const;
    const value = {
      from: "2026-11-13T10:00:00.000Z",
      read: 9,
      replayed: 4,
      unchanged: 1,
      groups: [group],
      notReplayed,
      accountsUnasked: 2,
    };
    fake.preview.mockResolvedValueOnce({ ok: true, value });
    expect((await ask("/preview?lang=en")).html).toContain('name="days" value="7"');
    const { html } = await ask("/preview?lang=en&days=30&policy=drafts&gate=&token=the-token");
    expect(fake.preview).toHaveBeenCalledWith({ days: 30, policy: "drafts", gate: undefined });
    expect(html).toContain("Would now be refused: 3");
    expect(html).toContain("and 2 more");
    expect(html).toContain('href="/?recorded=AAAA-BBBB&amp;lang=en"');
    expect(html).toContain('href="/preview/case?recorded=AAAA-BBBB&amp;lang=en"');
    expect(html).toContain("They might change 2 of these.");
    expect(html).not.toContain("<b>");
    expect((await ask("/?recorded=AAAA-BBBB&lang=en")).html).toContain('name="email" value="&lt;b&gt;@x"');
    expect((await ask("/preview/case?recorded=AAAA-BBBB&lang=en")).html).not.toContain("<b>");
    expect((await ask("/preview/case?recorded=CCCC-DDDD")).status).toBe(404);
    fake.saveRecorded.mockResolvedValueOnce({ ok: true, file: "x.json" });
    expect(await send("/preview/case?lang=en", [token, ["recorded", "AAAA-BBBB"], ...file])).toContain("x.json");
    expect(fake.saveRecorded).toHaveBeenCalledWith("AAAA-BBBB", { name: "kim", title: "<b>Kim" });
  });

  it.each(["0", "366", "-1", "1e2", "a week", ""])("replay no %j days", async (days) => {
    const { status, html } = await ask(`/preview?lang=en&token=the-token&days=${encodeURIComponent(days)}`);
    expect([status, html]).toEqual([400, expect.stringContaining("a whole number from 1 to 365")]);
    expect(fake.preview).not.toHaveBeenCalled();
  });
});

it("begins with the custom attributes that the policy speaks of, and keeps those of a saved person", async () => {
  const custom = async (path: string) =>
    /name="custom" value="([^"]*)"/.exec(
      await (await tested.request(`http://127.0.0.1${path}`, { headers: { host: "127.0.0.1" } })).text(),
    )?.[1];
  expect(await custom("/")).toBe("extension_PartnerNumber, extension_Seats");
  expect(await custom("/?person=wrong-code")).toBe("");
});

import { request } from "node:http";
import type { PageKey } from "../../../local/aws/page-key";
import { simulatorApp } from "../../../local/pages/app";
import { serveSimulator } from "../../../local/run/user-flows";
import type { SideAnswer } from "../../../local/workbench/ask";
import type { Behind } from "../../../local/workbench/behind";
import type { Bench, CaseSaved } from "../../../local/workbench/bench";
import { readPersonFile, type SavedPerson } from "../../../simulator/client/person";
import type { StepVisit } from "../../../simulator/client/visit";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint, USER, wellKept } from "../../simulator/endpoint";
import { findElements, parsePage, readAttribute, readFacts, readFields, readRows, readText } from "../../support/parsed-page";

const records = { url: (code: string) => `http://console/${code}`, command: (code: string) => `why ${code}` };
let first: Reply;
let second: Reply;
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let simulator: Awaited<ReturnType<typeof serveSimulator>>;

let behind: Behind;
const usual: Behind = {
  reference: "AAAA-BBBB",
  trace: [
    { rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence: { entry: "<b>@x", level: "address" }, ms: 0.25 },
    { rule: "<i>own", said: "unfinished", shadow: true },
  ],
  outside: [{ method: "GET", url: "https://x/<u>", came: "timeout" }],
};
const carded = readPersonFile({ issuer: "google.com", email: "carded@x.example", collects: ["city"], form: { city: "Lund" } });
let cards: Awaited<ReturnType<Bench["cards"]>>;
let tested: ReturnType<typeof simulatorApp>;
const fake = {
  savePerson: vi.fn<Bench["savePerson"]>(),
  saveCase: vi.fn<Bench["saveCase"]>(),
  compare: vi.fn<Bench["compare"]>(),
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
  consoleUrl: "http://console",
  clock: (zone) => ({ zone: zone ?? "UTC", text: () => "10:02" }),
  policy: () => ({ name: "drafts/<b>", savedAt: new Date(0) }),
  cards: async () => cards,
  people: async () => ({ people: [{ name: "wrong-code", ...saved }], flaws: ["people/<b>.json: email is missing"] }),
  customAttributes: () => ["extension_PartnerNumber", "extension_Seats"],
  recorded: async (reference) => (reference === "AAAA-BBBB" ? saved : undefined),
});

beforeAll(async () => {
  endpoint = await serveEndpoint((got) => wellKept(() => (got.path === "/after-sign-in" ? first : second))(got));
  // The key is tried where all of a start is: test/local/run/run.test.ts.
  const open: PageKey = { addressOf: (url) => url, guard: (handle) => handle };
  simulator = await serveSimulator(0, open);
  simulator.answerWith({ flows: [connectorFlow(endpoint.url, { records })] });
  tested = simulatorApp([connectorFlow(endpoint.url, { records })], {
    trouble: () => "<s>before-create-user.ts:3",
    bench: around(fake),
  });
});
afterAll(() => Promise.all([endpoint.close(), simulator.close()]));
beforeEach(() => {
  [first, second] = [{ body: CONTINUE }, { body: CONTINUE }];
  endpoint.received.length = 0;
  behind = usual;
  cards = {
    ok: true,
    value: [
      { name: "denied", person: carded, outcome: "refused" },
      { name: "vendor-down", person: { ...carded, email: "down@x.example" } },
    ],
  };
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
function stateIn(html: string): string {
  const [, escaped = ""] = /name="state" value="([^"]*)"/.exec(html) ?? [];
  return escaped.replace(/&(quot|lt|gt|#39|amp);/g, (entity) => entities[entity] ?? entity);
}

const outcome = ({ html }: Pick<Got, "html">) => /<h2 id="outcome">(.*)<\/h2>/.exec(html)?.[1];
const seen = ({ html }: Pick<Got, "html">) => /<div class="sheet">([\s\S]*?)<\/div>/.exec(html)?.[1] ?? "";
/** Each rule's look and line. */
const ruleLines = (html: string) => {
  const lists = findElements(parsePage(html), "ul", { class: "rules" });
  return lists.flatMap((list) => findElements(list, "li")).map((line) => [readAttribute(line, "class"), readText(line)]);
};
const kim = [
  ["issuer", "google.com"],
  ["email", "kim@contoso.com"],
  ["locales", "en-US, ko"],
  ["claim.displayName", "Kim"],
  ["attribute", "displayName"],
  ["attribute", "city"],
  ["more", ""],
] as const;
const RUN = "/?lang=en";
const hostile = `<script>alert(1)</script>"'\u202e${"x".repeat(10_000)}`;

describe("the simulator's pages", () => {
  it("run a whole sign-up to the account in one go", async () => {
    first = { body: { ...CONTINUE, city: "Paris" } };
    second = { body: { ...CONTINUE, city: "Lyon", jobTitle: "dropped" } };
    const end = await post(RUN, [...kim, ["value.displayName", "Kim M"]]);
    expect(outcome(end)).toBe("Let in");
    expect(readFacts(parsePage(seen(end)))).toEqual({ "Display Name": "Kim M", City: "Lyon" });
    expect(readFacts(parsePage(end.html))).toMatchObject({ "Dropped by Entra, because the user flow does not collect it:": "jobTitle" });
    expect(end.html).toContain("2 fields, 2 filled in");
    expect(endpoint.received.map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({ email: "kim@contoso.com", ui_locales: "en-US ko", displayName: "Kim" }),
      expect.objectContaining({ displayName: "Kim M", city: "Paris" }),
    ]);
    expect(end.html).not.toContain(USER.password);
    expect(readFields(parsePage(end.html))).toMatchObject({ "Email address": "kim@contoso.com" });
    expect(findElements(parsePage(end.html), "input", { name: "attribute", value: "city", checked: "" })).toHaveLength(1);
  });

  it("run a sign-up again by the address of its page, with the same person and typed values", async () => {
    const end = await post(RUN, [...kim, ["value.city", "Lyon & Co"], ["loseFirstAnswer", "yes"]]);
    const link = findElements(parsePage(end.html), "a").find((each) => readText(each) === "Run again");
    const before = endpoint.received.map(({ body }) => body);
    endpoint.received.length = 0;
    expect(outcome(await get((link && readAttribute(link, "href")) ?? ""))).toBe("Let in");
    expect(endpoint.received.map(({ body }) => body)).toEqual(before);
  });

  it("need only the person's e-mail address", async () => {
    const end = await get("/?lang=en&email=somebody@x.example");
    expect(outcome(end)).toBe("Let in");
    expect(endpoint.received).toHaveLength(2);
  });

  it("show the page in the language of the person's device", async () => {
    const end = await get("/?lang=en&email=somebody@x.example&locales=ko-KR,en");
    expect(seen(end)).toContain("계정이 준비되었습니다");
    expect(outcome(end)).toBe("Let in");
  });

  it("end at the block page", async () => {
    first = { body: { version: "1", action: "ShowBlockPage", userMessage: "Not <you>." } };
    const end = await post(RUN, kim);
    expect(outcome(end)).toBe("Refused");
    expect(seen(end)).toContain('<p class="words message">Not &lt;you&gt;.</p>');
    expect(end.html).toContain("not reached");
  });

  it.each([
    { code: "K7QD-9MXD", told: true },
    { code: "5a0b1c2d-1111-4467-9333-444455556666", told: false },
    { code: "B8B8-0000", told: false },
  ])("link to the reason for a refusal with the code $code: $told", async ({ code, told }) => {
    first = { body: { version: "1", action: "ShowBlockPage", userMessage: `No. (Reference: ${code})` } };
    const { html } = await post(RUN, kim);
    expect(html.includes(`<a href="http://console/${code}">`)).toBe(told);
    expect(html.includes(`<code>why ${code}</code>`)).toBe(told);
  });

  it("show what to correct, and admit the same person after the correction", async () => {
    second = { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "Where?" } };
    const back = await post(RUN, [...kim, ["value.city", "??"]]);
    expect(outcome(back)).toBe("Asked to correct");
    expect(seen(back)).toContain("Where?");
    expect(back.html).toContain('name="value.city" value="??"');
    second = { body: CONTINUE };
    expect(outcome(await post(RUN, [...kim, ["value.city", "Lyon"]]))).toBe("Let in");
  });

  it.each<{ reply: Reply; rule: string }>([
    { reply: { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "?" } }, rule: "invalid.step" },
    { reply: { body: { version: "1", action: "Allow" } }, rule: "action" },
    { reply: { status: 500, body: "<b>oops</b>" }, rule: "status" },
  ])("show Entra's error page and the broken rule if the answer breaks $rule", async ({ reply, rule }) => {
    first = reply;
    const end = await post(RUN, kim);
    expect(outcome(end)).toBe("Entra shows an error");
    expect(seen(end)).toContain("Something went wrong");
    expect(end.html).toContain(`<code>${rule}</code>`);
    expect(end.html).not.toContain("<b>oops");
    expect(end.html).not.toContain("Entra accepts the answer");
  });

  it("call each step twice if the first answer is lost", async () => {
    const { html } = await post(RUN, [...kim, ["loseFirstAnswer", "yes"]]);
    expect(endpoint.received).toHaveLength(4);
    expect(html).toContain("Answer that got lost: 200");
  });

  it("accept custom attributes by type, and refuse an invalid whole number", async () => {
    const custom = ["custom", "extension_Seats:integer, extension_News:boolean"] as const;
    const back = await post(RUN, [...kim, custom, ["value.extension_Seats", "many"]]);
    expect(back.status).toBe(400);
    expect(back.html).toContain("Enter a whole number: extension_Seats");
    const end = await post(RUN, [...kim, custom, ["value.extension_Seats", "5"], ["value.extension_News", "true"]]);
    expect(seen(end)).toContain("<dt>Seats</dt><dd>5</dd><dt>News</dt><dd>true</dd>");
  });

  it("show hostile values as harmless text, from any source", async () => {
    first = { body: { ...CONTINUE, city: hostile } };
    second = { body: { ...CONTINUE, displayName: hostile } };
    const end = await post(RUN, [...kim, ["claim.surname", hostile], ["accountId", hostile]]);
    expect(outcome(end)).toBe("Let in");
    first = { body: { version: "1", action: "ShowBlockPage", userMessage: hostile } };
    const blocked = await post(RUN, kim);
    for (const { html } of [end, blocked]) {
      expect(html).not.toContain("<script");
      // What a field holds stays as it is: a field is a world of its own.
      expect(html.replace(/ (value|placeholder|href)="[^"]*"/g, "")).not.toContain("\u202e");
    }
    expect(readText(parsePage(seen(end)))).toContain(`<script>alert(1)</script>"'⟨U+202E⟩xxx`);
  });

  it.each([
    { fields: [["issuer", "mail"]], says: "Give an email address" },
    { fields: [...kim, ["custom", "ext_Seats extension_A:float"]], says: "No attribute has this name: ext_Seats, extension_A:float" },
  ] as const)("say what to correct: $says", async ({ fields, says }) => {
    const start = await post(RUN, fields);
    expect(start.status).toBe(400);
    expect(start.html).toContain(says);
    expect(endpoint.received).toEqual([]);
  });

  it.each([
    { path: "/", fields: [["issuer", "x"]] },
    { path: "/", fields: [["more", "{"]] },
    { path: "/?tenant=moon", fields: [] },
  ] as const)("start again if a form contains nonsense: $fields at $path", async ({ path, fields }) => {
    const { status, html } = await post(path, [["email", "a@b.example"], ...fields]);
    expect([status, html]).toEqual([400, expect.stringContaining("Start again.")]);
    expect(endpoint.received).toEqual([]);
  });

  it.each([
    { path: "/", headers: {}, lang: "en" },
    { path: "/", headers: { "accept-language": "ko-KR,ko;q=0.9" }, lang: "ko" },
    { path: "/?lang=ko", headers: { "accept-language": "en" }, lang: "ko" },
    { path: "/?lang=xx", headers: { "accept-language": "fr" }, lang: "en" },
    { path: "/nowhere?lang=ko", headers: {}, lang: "ko" },
  ])("use the language $lang at $path with the headers $headers", async ({ path, headers, lang }) => {
    expect((await get(path, headers as Record<string, string>)).html).toContain(`<html lang="${lang}">`);
  });

  it("load nothing from other hosts, run no script, and are never cached", async () => {
    const { headers, html } = await get("/");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/<script|https?:\/\//);
    const sheets = findElements(parsePage(html), "link", { rel: "stylesheet" }).map((each) => readAttribute(each, "href") ?? "");
    const styles = await Promise.all(sheets.map((sheet) => get(sheet)));
    for (const style of styles) expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    const css = styles.map((style) => style.html).join("");
    expect(css).toContain("prefers-color-scheme: dark");
    expect(css).not.toMatch(/url\(|@import/);
  });

  it("accept no forms from other sites", async () => {
    expect((await post("/", kim, "https://evil.example")).status).toBe(403);
    expect(endpoint.received).toEqual([]);
  });

  it("answer under no other host name", async () => {
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

describe("the simulator's pages on an instance that remembers calls", () => {
  const send = async (path: string, fields: readonly (readonly [string, string])[]): Promise<string> => {
    const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]));
    const headers = { host: "localhost", origin: "http://localhost" };
    return await (await tested.request(`http://localhost${path}`, { method: "POST", body, headers })).text();
  };
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await tested.request(`http://localhost${path}`, { headers: { host: "localhost", ...headers } });
    return { status: response.status, html: await response.text() };
  };
  const carried = async () => stateIn(await send(RUN, kim));
  const token = ["token", "the-token"] as const;
  const file = [
    ["name", "kim"],
    ["title", "<b>Kim"],
  ] as const;

  it("offer people with predicted outcomes, and run none before one is chosen", async () => {
    const { html } = await ask("/?lang=en");
    expect(html).toContain('href="/?lang=en&amp;tenant=workforce&amp;card=denied"');
    const people = findElements(parsePage(html), "li").map(readText);
    expect(people).toContain("On the list, deniedcarded@x.example, GoogleRefused");
    expect(people).toContain("Vendor is downdown@x.example, Googlenot run");
    expect(endpoint.received).toEqual([]);
  });

  it("run a card at once, and mark the card", async () => {
    const { html } = await ask("/?lang=en&tenant=workforce&card=denied");
    expect(outcome({ html })).toBe("Let in");
    expect(html).toMatch(/card=denied" aria-current="true"/);
    expect(JSON.parse(endpoint.received.at(-1)?.body ?? "")).toMatchObject({ email: "carded@x.example", city: "Lund" });
    const gone = await ask("/?card=expired");
    expect([gone.status, gone.html]).toEqual([404, expect.stringMatching(/Nobody shows “Entry has expired” any more.*Pick a person/s)]);
  });

  it("say why no outcome can be predicted", async () => {
    cards = { ok: false, problem: "<b>.ts:3" };
    expect((await ask("/?lang=en")).html).toContain("<pre>&lt;b&gt;.ts:3</pre>");
  });

  it("show each rule's answer, the deciding entry and a link to the decision, even for an admitted person", async () => {
    const html = await send(RUN, kim);
    expect(html).toContain('<a href="http://console/AAAA-BBBB">Decision in the console</a>');
    expect(ruleLines(html)).toContainEqual(["block", expect.stringMatching(/^access-listthe list denies/)]);
    expect(html).toContain('href="http://console/access-list?open=%3Cb%3E%40x"');
    expect(html).toContain("In shadow: it changed nothing.");
    expect(html).toContain("timeout, not waited for");
    expect(html).toContain("Entra accepts the answer");
    expect(html).not.toMatch(/<[iu]>|<b>(@|own|\.json)/);
  });

  it.each<{ reasons: string[]; evidence?: Record<string, string>; findings?: Record<string, string>; requestId?: string; paths: string[] }>(
    [
      { reasons: ["access-list.unlisted"], paths: ["/access-list/new?entry=kim%40contoso.com", "/access-list/new?entry=contoso.com"] },
      { reasons: ["access-list.denied"], evidence: { entry: "<b>@x" }, paths: ["/access-list?open=%3Cb%3E%40x"] },
      { reasons: ["approval.pending"], requestId: "r/1", paths: ["/approvals/requests/r%2F1", "/access-list/new?entry=contoso.com"] },
      { reasons: ["access-list.unlisted"], evidence: { unproven: "contoso.com" }, paths: [] },
      {
        reasons: ["approval.pending"],
        evidence: { unproven: "contoso.com" },
        requestId: "r/1",
        paths: ["/approvals/requests/r%2F1"],
      },
      { reasons: ["domain.not-allowed"], paths: [] },
      // An allow of the domain would let in everybody there whom the entry has wait.
      {
        ...{ reasons: ["approval.requested"], evidence: { entry: "contoso.com" }, findings: { listed: "approval" }, requestId: "r/1" },
        paths: ["/approvals/requests/r%2F1", "/access-list?open=contoso.com"],
      },
      { reasons: ["access-list.no-approval"], evidence: { entry: "contoso.com" }, paths: ["/access-list?open=contoso.com"] },
    ],
  )(
    "link to the console's pages that admit the person, with a way back: $reasons",
    async ({ reasons, evidence, findings, requestId, paths }) => {
      const said = { rule: "a-rule", said: "block" as const, reasons, ...(evidence && { evidence }), ...(findings && { findings }) };
      behind = { ...usual, trace: [said], ...(requestId !== undefined && { requestId }) };
      first = { body: { version: "1", action: "ShowBlockPage", userMessage: "No." } };
      const html = await send(RUN, kim);
      const links = [...html.matchAll(/<a class="button[^"]*" href="http:\/\/console([^"]+simulator=[^"]+)"/g)].map(
        ([, href = ""]) => new URL(href.replaceAll("&amp;", "&"), "http://console"),
      );
      expect(outcome({ html })).toBe(requestId === undefined ? "Refused" : "Waiting for approval");
      expect(
        links.map(
          ({ pathname, searchParams }) =>
            pathname +
            ["entry", "open"].flatMap((name) =>
              searchParams.has(name) ? `?${name}=${encodeURIComponent(searchParams.get(name) ?? "")}` : [],
            ),
        ),
      ).toEqual(paths);
      for (const { searchParams } of links) {
        endpoint.received.length = 0;
        await ask(searchParams.get("simulator") ?? "");
        expect(JSON.parse(endpoint.received[0]?.body ?? "")).toMatchObject({ email: "kim@contoso.com", ui_locales: "en-US ko" });
      }
    },
  );

  it("show an account made by an approval as an account, not as a refusal", async () => {
    behind = { ...usual, trace: [{ rule: "approval", said: "block", reasons: ["approval.provisioned"] }] };
    second = { body: { version: "1", action: "ShowBlockPage", userMessage: "Your account is ready." } };
    const html = await send(RUN, kim);
    expect(outcome({ html })).toBe("Has an account");
    expect(findElements(parsePage(html), "li").map(readText)).toContain("Accountexists");
    expect(readText(parsePage(seen({ html })))).toBe("Your accountYour account is ready.");
    expect(html).not.toMatch(/: no account is created|none yet|You can&#39;t sign up|Now let this person in/);
  });

  it('have the title "Your request" if the person waits for approval', async () => {
    behind = { ...usual, trace: [{ rule: "approval", said: "block", reasons: ["approval.requested"] }] };
    second = { body: { version: "1", action: "ShowBlockPage", userMessage: "We received your request." } };
    expect(await send(RUN, kim)).toMatch(/<p class="title">Your request<\/p>/);
  });

  it.each([
    { lang: "en", says: "an approver decides. No account is created until then.", waits: "the list has them wait for approval" },
    { lang: "ko", says: "승인자가 결정합니다. 그때까지 계정이 생성되지 않습니다.", waits: "목록이 승인을 기다리게 함" },
  ])("announce an approver's decision, and no mail, if an entry makes the person wait: $lang", async ({ lang, says, waits }) => {
    const listed = { rule: "access-list", said: "continue" as const, findings: { listed: "approval", allowed: true, referred: true } };
    behind = { ...usual, trace: [listed, { rule: "request-approval", said: "block", reasons: ["approval.requested"] }] };
    second = { body: { version: "1", action: "ShowBlockPage", userMessage: "We received your request." } };
    const html = await send(RUN.replace("lang=en", `lang=${lang}`), kim);
    expect(html).toContain(says);
    expect(ruleLines(html)).toContainEqual(["waiting", `access-list${waits}`]);
    expect(html).not.toMatch(/counts as allowed|email\.|이메일을 기다/);
  });

  it("offer no fix for a person who is let in", async () => {
    behind = { ...usual, trace: [] };
    expect(await send(RUN, kim)).not.toContain("Now let this person in");
  });

  it("show the saved policy's problem on every page if that policy is not in use", async () => {
    for (const html of [(await ask("/")).html, (await ask("/nowhere")).html, await send(RUN, kim)])
      expect(html).toContain("<pre>&lt;s&gt;before-create-user.ts:3</pre>");
  });

  it("list saved people, and run one with the typed values", async () => {
    const { html } = await ask("/?lang=en");
    const saved = findElements(parsePage(html), "a", { href: "/?person=wrong-code&lang=en" });
    expect(saved.map(readText)).toEqual(["<b>Wrong code<b>@x · Workforce tenant"]);
    expect(html).toContain("people/&lt;b&gt;.json: email is missing");
    const ran = await ask("/?person=wrong-code&lang=en");
    expect(ran.html).toContain('name="email" value="&lt;b&gt;@x"');
    expect(JSON.parse(endpoint.received.at(-1)?.body ?? "")).toMatchObject({ email: "<b>@x", city: "<b>" });
    expect((await ask("/?person=nobody")).status).toBe(404);
  });

  it("keep typed values for the next time", async () => {
    const html = await send(RUN, [...kim, ["value.city", "Lyon"], ["value.displayName", ""]]);
    expect(JSON.parse(stateIn(html)).person.form).toEqual({ city: "Lyon" });
  });

  it.each([
    ["POST", "/people"],
    ["POST", "/cases"],
    ["POST", "/compare"],
  ])("do nothing for %s %s without this instance's token", async (method, path) => {
    const state = await carried();
    for (const given of ["", "the-tokem", "the-token "]) {
      const body = new URLSearchParams({ token: given, state, ...Object.fromEntries(file) });
      const headers = { host: "localhost", origin: "http://localhost" };
      const response = await tested.request(`http://localhost${path}`, { method, headers, body });
      expect([response.status, given]).toEqual([403, given]);
    }
    for (const each of Object.values(fake)) expect(each).not.toHaveBeenCalled();
  });

  it("save a person as a file with only the needed values", async () => {
    fake.savePerson.mockReturnValueOnce({ ok: true, file: "policy/people/<b>.json" });
    const html = await send("/people?lang=en", [token, ["state", await carried()], ...file]);
    expect(fake.savePerson).toHaveBeenCalledWith("kim", {
      title: "<b>Kim",
      issuer: "google.com",
      email: "kim@contoso.com",
      locales: ["en-US", "ko"],
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
    expect(html).toContain('action="/cases?lang=en&amp;tenant=workforce"');
  });

  it("require a title, and an existing call", async () => {
    const state = await carried();
    expect(await send("/cases?lang=en", [token, ["state", state], ["visit", "0"], ["name", "x"], ["title", " "]])).toContain(
      "Say what it shows",
    );
    expect(await send("/cases?lang=en", [token, ["state", state], ["visit", "7"], ...file])).toContain("details of this answer are gone");
    expect(await send("/cases?lang=en", [token, ["state", "{}"], ["visit", "0"], ...file])).toContain("cannot go on");
    expect(fake.saveCase).not.toHaveBeenCalled();
  });

  it("show two answers side by side, and mark differences", async () => {
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
    expect(fake.compare).toHaveBeenCalledWith(
      [expect.objectContaining({ step: "after-sign-in" }), expect.objectContaining({ step: "before-create-user" })],
      undefined,
      "git:main",
    );
    expect(html).toContain("What differs: Attributes, The person reads<");
    expect(readRows(parsePage(html)).filter(([part]) => part?.endsWith("differs"))).toEqual([
      ["Attributes differs", "city: Paris", "city: <b>"],
      ["The person reads differs", "–", "<b>"],
    ]);
    expect(html).toContain("<pre>&lt;b&gt;.ts:3</pre>");
    expect(html).toContain("Both answer the same.");
    expect(html).toMatch(/One of them does not answer about .*kim@contoso\.com/);
    expect(findElements(parsePage(html), "summary").map(readText)).toContain("a.b.v1");
    expect(readText(parsePage(html))).toContain('a.b.v1a.b.v1: {"x"');
    expect(html).not.toContain("<b>.ts");
    // So that another policy can be compared.
    expect(html).toMatch(/action="\/compare.*name="state".*name="other" value="drafts/s);
  });

  it.each([
    ["continue", [], "continue", [], "Both let Kim (kim@contoso.com) in", {}],
    ["block", ["x"], "block", ["y"], "Both refuse Kim (kim@contoso.com)", {}],
    [
      "block",
      ["approval.requested"],
      "continue",
      [],
      "They treat Kim (kim@contoso.com) differently",
      { policy: "Waiting for approval", drafts: "Let in" },
    ],
  ] as const)("compare the person's state after two answers: %s %j, %s %j", async (verdict, reasons, another, whose, says, ends) => {
    const answer: SideAnswer = { verdict, reasons, asked: [], attributes: {}, events: {}, outside: [], trace: [] };
    const other: SideAnswer = { ...answer, verdict: another, reasons: whose, trace: [{ rule: "list", said: "continue" }] };
    const sides = [
      { ok: true, answer },
      { ok: true, answer: other },
    ] as const;
    fake.compare.mockImplementationOnce(async (visits) => ({
      ok: true,
      value: { names: ["policy", "drafts"], steps: [{ visit: visits.at(-1) as StepVisit, sides }] },
    }));
    const html = await send("/compare?lang=en", [token, ["state", await carried()], ["other", "drafts"]]);
    expect(findElements(parsePage(html), "h2").map(readText)[0]).toBe(says);
    expect(readFacts(parsePage(html))).toMatchObject(ends);
    expect(html).toContain("list: passed");
  });

  it("keep the sign-up on the page if the other policy has a problem, and show the problem above it", async () => {
    fake.compare.mockResolvedValueOnce({ ok: false, problem: "There is no folder <b>" });
    const html = await send("/compare?lang=en", [token, ["state", await carried()], ["other", "nofolder"]]);
    expect(html).toContain("Nothing was compared");
    expect(html).toContain("<pre>There is no folder &lt;b&gt;</pre>");
    expect(outcome({ html })).toBe("Let in");
    expect(html).toContain('action="/compare?lang=en&amp;tenant=workforce"');
  });

  it("run the person of a recorded decision, and nobody for an unknown code", async () => {
    expect((await ask("/?recorded=AAAA-BBBB&lang=en")).html).toContain('name="email" value="&lt;b&gt;@x"');
    expect((await ask("/?recorded=CCCC-DDDD")).status).toBe(404);
  });

  it.each(["/preview", "/compare", "/preview/case?recorded=AAAA-BBBB"])(
    "have no page at %s, since the preview command and a sign-up's own tools serve that purpose",
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );
});

it("the form collects the policy's custom attributes, or a saved person's if one is chosen", async () => {
  cards = { ok: true, value: [] };
  const custom = async (path: string) =>
    /name="custom" value="([^"]*)"/.exec(
      await (await tested.request(`http://127.0.0.1${path}`, { headers: { host: "127.0.0.1" } })).text(),
    )?.[1];
  expect(await custom("/?new=1")).toBe("extension_PartnerNumber, extension_Seats");
  expect(await custom("/?person=wrong-code")).toBe("");
});

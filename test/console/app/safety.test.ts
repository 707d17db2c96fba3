import { FORM_PAGE, FORM_TOKEN } from "../../../console/app/sent-form";
import { seals } from "../../../console/session/session";
import { ORIGIN, PROVIDER, record, SECRET, startConsole, type TestConsole } from "../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const entryOf = (entry: string) => pages.world.accessList.get(entry);
const added = { entry: "csrf.example", effect: "allow", issuer: "", expiresAt: "", note: "" };

const othersToken = () => seals(SECRET).formToken({ id: "another", subject: "", name: "", issuedAt: 0, seenAt: 0, roleAt: 0 });

describe("a form from another site", () => {
  it.each([
    { given: "no token", fields: { [FORM_TOKEN]: "" }, headers: {} },
    { given: "another session's token", fields: { [FORM_TOKEN]: othersToken() }, headers: {} },
    { given: "another site's origin", fields: {}, headers: { Origin: "https://evil.example" } },
    { given: "an origin that is hidden", fields: {}, headers: { Origin: "null" } },
    { given: "a sibling site", fields: {}, headers: { "Sec-Fetch-Site": "same-site" } },
    { given: "another site", fields: {}, headers: { "Sec-Fetch-Site": "cross-site" } },
  ])("changes nothing with $given", async ({ fields, headers }) => {
    const response = await pages.post(
      "/access-list/add",
      "Administrator",
      { ...added, ...(fields as Record<string, string>) },
      headers as Record<string, string>,
    );
    expect(response.status).toBe(403);
    expect(await entryOf(added.entry)).toBeUndefined();
  });
});

describe("a form with an outdated token", () => {
  const sent = {
    ...added,
    effect: "deny",
    issuer: "google.com",
    expiresAt: "2026-12-24",
    note: "<i>half</i> written\nline two",
    type: ["text", "number"],
    version: "a-version",
    [FORM_PAGE]: "/access-list?q=csrf.example",
  };
  const older = { [FORM_TOKEN]: othersToken() };
  const send = async (fields: object, headers: Record<string, string> = {}) => {
    const response = await pages.post("/access-list/add", "Administrator", { ...sent, ...fields }, headers);
    const page = await response.text();
    const kept = [...page.matchAll(/<label for="(kept-\d+)">([^<]*)<\/label><textarea id="\1"[^>]*>([^<]*)</g)];
    return { status: response.status, page, kept: kept.map(([, , name, text]) => `${name}=${text?.replace("\r", "")}`) };
  };
  const all = [
    "entry=csrf.example",
    "effect=deny",
    "issuer=google.com",
    "expiresAt=2026-12-24",
    "note=&lt;i&gt;half&lt;/i&gt; written\nline two",
    "type=text",
    "type=number",
  ];
  const signIn = 'href="/sign-in?to=%2Faccess-list%3Fq%3Dcsrf.example"';

  it.each([
    { given: "the session has ended", fields: {}, headers: { Cookie: "" }, status: 401, leads: signIn },
    { given: "somebody has signed in anew", fields: older, headers: {}, status: 403, leads: 'href="/access-list?q=csrf.example"' },
  ])("is shown again with all its fields, and links to its page: $given", async ({ fields, headers, status, leads }) => {
    const { page, ...answer } = await send(fields, headers as Record<string, string>);
    expect({ status: answer.status, kept: answer.kept.sort() }).toEqual({ status, kept: [...all].sort() });
    expect(page).toContain(leads);
    expect(page).not.toMatch(/a-version|name="form-page"/);
    expect(page).not.toContain(othersToken());
    expect(await entryOf(added.entry)).toBeUndefined();
  });

  it("is shown again without the text of a file that the page had put into a field", async () => {
    const fields = { ...older, version: "a-version", text: "entry,effect\nof-a-file.example,allow", confirm: "typed" };
    const response = await pages.post("/access-list/import", "Administrator", fields);
    const page = await response.text();
    expect([response.status, page.includes(">typed</textarea>")]).toEqual([403, true]);
    expect(page).not.toMatch(/a-version|of-a-file/);
  });

  it.each<{ given: string; fields: object; headers: Record<string, string> }>([
    { given: "another site's", fields: older, headers: { Origin: "https://evil.example" } },
    { given: "another site's, after the session", fields: {}, headers: { Origin: "https://evil.example", Cookie: "" } },
    { given: "sent without its origin", fields: older, headers: { "Sec-Fetch-Site": "cross-site" } },
  ])("is shown without its fields and without a link if it comes from another site: $given", async ({ fields, headers }) => {
    const { page, kept } = await send(fields, headers);
    expect(kept).toEqual([]);
    expect(page).not.toMatch(/half|csrf\.example/);
  });

  it.each([
    { given: "51 fields", fields: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`f${index}`, "x"])) },
    { given: "64 KB", fields: { note: "n".repeat(65 * 1_024) } },
  ])("is shown without its fields if the fields are too large, with or without a session: $given", async ({ fields }) => {
    for (const more of [
      { fields: {}, headers: { Cookie: "" }, status: 401 },
      { fields: older, headers: {}, status: 403 },
    ]) {
      const { page, ...answer } = await send({ ...fields, ...more.fields }, more.headers as Record<string, string>);
      expect(answer).toEqual({ status: more.status, kept: [] });
      expect(page.length).toBeLessThan(10_000);
    }
  });

  it.each(["https://evil.example/", "//evil.example", "/..//evil.example", "javascript:alert(1)", "/\\evil.example"])(
    "links to no other site: %s",
    async (page) => {
      const answer = await send({ ...older, [FORM_PAGE]: page });
      expect(answer.page).not.toMatch(/href="[^"]*(evil|javascript)/);
    },
  );

  it("names the address of its page without the result of the last action", async () => {
    const pageIn = (html: string) => /name="form-page" value="([^"]*)"/.exec(html)?.[1];
    const shown = await pages.get("/access-list?q=a%26b&done=added", "Administrator");
    expect(pageIn(await shown.text())).toBe("/access-list?q=a%26b");
    const again = await pages.post("/access-list/add", "Administrator", { ...sent, entry: "no entry" });
    expect(again.status).toBe(400);
    expect(pageIn(await again.text())).toBe(sent[FORM_PAGE]);
  });
});

describe("a malformed form body", () => {
  it.each([
    { type: "multipart/form-data", body: "x" },
    { type: "multipart/form-data; boundary=abc", body: "--xyz\r\n\r\nx" },
    { type: "application/json", body: "{" },
    { type: "application/x-www-form-urlencoded", body: "form-token=%E0%A4%A&a=%" },
  ])("is refused and counts as no failure: $type", async ({ type, body }) => {
    const headers = { "Content-Type": type, Cookie: await pages.cookie("Administrator"), Origin: ORIGIN };
    const response = await pages.app.request(`${ORIGIN}/access-list/add`, { method: "POST", body, headers });
    expect({ status: response.status, failures: pages.failures }).toEqual({ status: 403, failures: [] });
  });
});

describe("security headers", () => {
  it.each([
    { path: "/", role: "Reader" as const },
    { path: "/", role: undefined },
    { path: "/nothing", role: undefined },
    { path: "/signed-out", role: undefined },
    { path: "/sign-in/callback", role: undefined },
    { path: "/access-list/export.csv", role: "Reader" as const },
    { path: "/access-list/import", role: "Reader" as const },
  ])("are set on $path for $role", async ({ path, role }) => {
    const { headers } = await pages.get(path, role);
    expect(headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self' ${PROVIDER}; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(headers.get("strict-transport-security")).toContain("max-age=63072000");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("allow no script or style inside a page", async () => {
    const html = await (await pages.get("/", "Administrator")).text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
    const asset = /href="(\/style\.[^"]+)"/.exec(html)?.[1] ?? "";
    expect((await pages.get(asset)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });
});

describe("text typed by a person", () => {
  const nasty = [
    { what: "a script", text: `<script>alert(1)</script>"'><img src=x onerror=alert(1)>` },
    { what: "marks of writing direction", text: "\u202egnp.exe\u2066" },
    { what: "10,000 characters", text: "x".repeat(10_000) },
  ];
  it.each(nasty)("is shown as harmless text: $what", async ({ text }) => {
    const reference = "K7QD-9MXD";
    await pages.put({ entry: "nasty.example", effect: "deny", note: text, issuer: "google.com" });
    const trace = [{ rule: text.slice(0, 50), said: "block" as const, reasons: [text], evidence: { entry: text } }];
    await pages.world.decisions.keep(record({ trace, reference, revision: 1 + nasty.findIndex((each) => each.text === text) }), 90);
    for (const path of ["/access-list", "/access-list?open=nasty.example", `/decisions/${reference}`, "/"]) {
      const html = await (await pages.get(path, "Administrator")).text();
      expect(html).not.toMatch(/<script>|<img/);
      // Only a form's own field holds the very characters: what is saved must be what was there.
      expect(html.replace(/<input[^>]*>/g, "")).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    }
    if (text.startsWith("x")) expect(await (await pages.get("/access-list", "Reader")).text()).toContain("10,000 characters");
    if (text.startsWith("\u202e")) expect(await (await pages.get("/access-list", "Reader")).text()).toContain("⟨U+202E⟩gnp.exe⟨U+2066⟩");
  });
});

describe("a name from a session", () => {
  it("is shown as harmless text even if the account has no role", async () => {
    const Cookie = await pages.cookie(undefined, { name: "\u202emik<script>" });
    const html = await (await pages.app.request(`${ORIGIN}/`, { headers: { Cookie } })).text();
    expect(html).not.toMatch(/\u202e|<script>/);
  });
});

describe("a value that DynamoDB refuses as a key", () => {
  const long = "x".repeat(2_049);
  const value = "v".repeat(1_025);
  const form = { entry: long, person: long, version: "v", effect: "deny", issuer: "", expiresAt: "", note: "" };
  const failed = () => pages.failures.splice(0).map(({ error }) => error);

  it.each([
    { page: "/access-list", query: { open: long }, status: 200 },
    { page: "/access-list", query: { q: long }, status: 200 },
    { page: "/access-list", query: { q: `issuer:google.com/${long}` }, status: 200 },
    { page: "/people", query: { account: `issuer:google.com/${long}` }, status: 200 },
    { page: "/profiles", query: { q: long }, status: 200 },
    { page: "/profiles", query: { open: long }, status: 200 },
    { page: "/reference-data/list", query: { list: long }, status: 303 },
    { page: "/reference-data/list", query: { list: "codes", q: value }, status: 200 },
    { page: "/reference-data/list", query: { list: "codes", after: value }, status: 200 },
    { page: "/reference-data/list", query: { list: "codes", open: value }, status: 200 },
    { page: "/decisions", query: { q: `${long}@contoso.com` }, status: 400 },
    { page: "/decisions", query: { q: long }, status: 400 },
    { page: `/decisions/${long}`, query: {}, status: 404 },
    { page: "/approvals", query: { q: `${long}@contoso.com` }, status: 200 },
    { page: `/approvals/requests/${long}`, query: {}, status: 404 },
    { page: "/audit", query: { from: long }, status: 400 },
  ])("is not found, and causes no failure: $#", async ({ page, query, status }) => {
    const response = await pages.get(`${page}?${new URLSearchParams(query as Record<string, string>)}`, "Administrator");
    expect({ page, status: response.status, failed: failed() }).toEqual({ page, status, failed: [] });
  });

  it.each([
    { page: "/access-list/save", fields: form, status: 409 },
    { page: "/access-list/remove", fields: form, status: 409 },
    { page: "/access-list/remove", fields: { ...form, entry: "" }, status: 409 },
    { page: "/access-list/add", fields: { ...form, entry: `issuer:google.com/${long}` }, status: 400 },
    { page: "/profiles/save", fields: form, status: 409 },
    { page: "/profiles/remove", fields: form, status: 409 },
    { page: "/profiles/add", fields: { ...form, person: `${long}@contoso.com` }, status: 400 },
    { page: "/profiles/add", fields: { ...form, person: `google.com/${long}` }, status: 400 },
    { page: "/reference-data/add", fields: { ...form, list: long, value: "v" }, status: 400 },
    { page: "/reference-data/add", fields: { ...form, list: "codes", value }, status: 400 },
    { page: "/reference-data/save", fields: { ...form, list: long, value }, status: 409 },
    { page: "/reference-data/remove", fields: { ...form, list: "codes", value }, status: 409 },
    { page: "/reference-data/free", fields: { ...form, list: long, value, id: long }, status: 409 },
  ])("is not written, and causes no failure: $#", async ({ page, fields, status }) => {
    const response = await pages.post(page, "Administrator", fields as Record<string, string>);
    expect({ page, status: response.status, failed: failed() }).toEqual({ page, status, failed: [] });
  });

  it("can be searched for: the search finds a list's values of any length", async () => {
    const list = "목".repeat(250);
    const longest = "v".repeat(1_024);
    for (const each of [longest, `${"v".repeat(1_021)}가`, "v가"]) await pages.put({ list, value: each }, "referenceData");
    const found = async (more: Record<string, string>) => {
      const query = new URLSearchParams({ list, ...more });
      const html = await (await pages.get(`/reference-data/list?${query}`, "Administrator")).text();
      return [...html.matchAll(/&amp;open=([^"&]*)"/g)].map(([, text]) => decodeURIComponent(text ?? "").length);
    };
    expect(await found({})).toEqual([1_024, 1_022, 2]);
    expect(await found({ q: "v".repeat(1_021) })).toEqual([1_024, 1_022]);
    expect(await found({ q: longest })).toEqual([1_024]);
    // No cursor of ours: the first page.
    expect(await found({ after: longest })).toEqual([1_024, 1_022, 2]);
    expect(failed()).toEqual([]);
  });
});

describe("a failure of DynamoDB", () => {
  it("shows a page that says what to do, with the code of the log line", async () => {
    const down = await startConsole();
    await down.database.close();
    const response = await down.get("/audit?from=2026-11-20", "Reader");
    const html = await response.text();
    expect(response.status).toBe(503);
    expect(html).toContain("Wait a minute and reload the page");
    expect(down.failures).toHaveLength(1);
    expect(html).toContain(down.failures[0]?.reference);
    expect(down.failures[0]?.route).toBe("GET /audit");
  });
});

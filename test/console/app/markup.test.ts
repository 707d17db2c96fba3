import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { toItem } from "../../../adapters/tables/item";
import { unknownAsks } from "../../../console/app/visiting";
import { consoleRoutes } from "../../../console/features";
import { arrive } from "../../../features/accounts/change";
import { expiry } from "../../../features/expiry/rule";
import { peopleJobStore } from "../../../features/people-jobs/store/jobs";
import { newcomer } from "../../features/accounts/accounts";
import { anyPolicy } from "../../support/any-policy";
import { startClock } from "../../support/fake-timers";
import { asked, proven, record, startConsole, type TestConsole } from "../support";
import { englishLeft } from "./english-left";

type Element = DefaultTreeAdapterTypes.Element;

// Here, because addresses of pages below name times.
startClock();

let pages: TestConsole;
let request: string;
let reference: string;
let changeSet: string;
let job: string;
/** The id of what came of a form. */
const results = { Administrator: "none", Decider: "none", Partner: "none" };
beforeAll(async () => {
  pages = await startConsole();
  await pages.put({ entry: "markup.example", effect: "deny", note: "one\ntwo" });
  await pages.put({ entry: "kim@markup.example", effect: "allow", issuer: "google.com", expiresAt: "2020-01-01" });
  await pages.put({ entry: "lead@markup.example", effect: "allow", expiresAt: "2999-01-01", byPartner: "markup.example" });
  await pages.put({ entry: "broken.example", effect: "alow", expiresAt: "soon" });
  const longAgo = { at: new Date(Date.now() - 40 * 86_400_000).toISOString(), name: "Kim" };
  await pages.world.accessList.put(toItem({ entry: "unused.example", effect: "allow" }), undefined, longAgo);
  await pages.put({ person: "kim@markup.example", city: "Busan", expiresAt: "soon" }, "profiles");
  await pages.put({ list: "codes", value: "A-1" }, "referenceData");
  await pages.world.decisions.keep(record(), 90);
  await pages.post("/access-list/add", "Administrator", {
    entry: "added.example",
    effect: "deny",
    issuer: "",
    expiresAt: "",
    note: "one\ntwo",
  });
  changeSet = (await pages.world.changes.page()).sets[0]?.id ?? "";
  await proven(pages, "markup.example");
  for (const [role, path] of [
    ["Administrator", "/people/invite"],
    ["Decider", "/asked/decide"],
    ["Partner", "/partner/decide"],
  ] as const) {
    const one = await asked(pages, `${role}@markup.example`, { askedOf: "lead@markup.example" });
    const decision = { verb: "deny", sure: "yes", request: [`${one.id}/${one.reference}`, `${"x".repeat(22)}/K7QD-9MXD`] };
    const Cookie = await pages.cookie(role, { userNames: ["lead@markup.example"] });
    const sent = await pages.post(
      path,
      role,
      { addresses: "invited@guests.example", days: "14", ...decision },
      { Cookie, "Accept-Language": "ko" },
    );
    results[role] = new URL(sent.headers.get("location") ?? "", "https://console.example").searchParams.get("id") ?? "none";
  }
  const ending = anyPolicy([expiry({ lasts: "90d" })]);
  const { policiesAt } = pages.world;
  Object.assign(pages.world, { policiesAt: (gate: string) => [...policiesAt(gate), ending] });
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const guest = { ...newcomer, email: "guest@markup.example", sponsor: "lead@markup.example", until };
  await pages.world.accounts().change(guest.id, (stored) => arrive(stored, guest, new Date()));
  const waiting = { at: new Date().toISOString(), state: "waiting", why: "many", toDisable: 2, toDelete: 0, inForce: 30 } as const;
  await pages.world.accessRuns.write({ turn: 0, runs: [] }, { ...waiting, reminded: 0, disabled: 0, deleted: 0, skipped: 0 });
  const jobs = peopleJobStore(pages.database.client, pages.world.place.nameOf("listChanges"));
  const draft = { kind: "access.end", by: "oid", name: "Kim Lee", via: "console", input: {}, about: "lead@markup.example" } as const;
  ({ id: job } = await jobs.begin(draft, [{ id: guest.id, personId: guest.personId }], new Date(), 60_000));
  ({ id: request, reference } = await asked(pages, "kim@markup.example", { askedOf: "lead@markup.example" }));
});
afterAll(() => pages.close());

/** Where each page has something to show. */
const queries: Readonly<Record<string, string>> = {
  "/people/results": "?id=RESULTS",
  "/approvals/deny-domain": "?domain=burst.example",
  "/approvals": "?domain=markup.example&select=all",
  "/audit/sets/one": "?id=CHANGE-SET",
  "/incidents": `?from=${new Date(Date.now() - 86_400_000).toISOString()}&to=${new Date().toISOString()}`,
  "/turned-away": `?service=markup.example&from=${new Date(Date.now() - 86_400_000).toISOString()}&to=${new Date().toISOString()}`,
  "/people": "?email=kim@markup.example",
  "/people/erase": "?email=kim@markup.example",
  "/reference-data/list": "?list=codes&open=A-1",
  "/access-list": "?open=markup.example",
  "/profiles": "?open=kim@markup.example",
};
// No page of their own: parts of one, and an old address.
const parts = ["/access-list/export.csv", "/approvals/live", "/counts", "/decisions/export.csv", "/people/export.jsonl"];
const routes = consoleRoutes.filter(({ method, path }) => method === "GET" && !parts.includes(path)).map(({ path }) => path);
const paths = [...routes, "/asked?id=RESULTS", "/partner?id=RESULTS"];
const addressOf = (path: string, role: keyof typeof results) =>
  `${path}${queries[path] ?? ""}`
    .replace("/jobs/:id", `/jobs/${job}`)
    .replace(":domain", "markup.example")
    .replace(":reference", "K7QD-9MXD")
    .replace(":id", encodeURIComponent(request))
    .replace("CHANGE-SET", changeSet)
    .replace("RESULTS", results[role]);

function elementsIn(html: string): readonly Element[] {
  return elementsWithin(parse(html));
}
function elementsWithin(root: DefaultTreeAdapterTypes.Node): readonly Element[] {
  const walk = (node: DefaultTreeAdapterTypes.Node): Element[] => [
    ...("tagName" in node ? [node] : []),
    ...("childNodes" in node ? node.childNodes.flatMap(walk) : []),
  ];
  return walk(root);
}
const textIn = (node: DefaultTreeAdapterTypes.Node): string =>
  "value" in node ? node.value.trim() : "childNodes" in node ? node.childNodes.map(textIn).join("") : "";
const attribute = ({ attrs }: Element, name: string) => attrs.find((each) => each.name === name)?.value;

/** Names of links that lead to different pages. The words beside a value, such as a domain, say what it is. */
function listSharedNames(anchors: readonly Element[]): readonly string[] {
  const names = anchors
    .filter((anchor) => !elementsWithin(anchor).some((each) => attribute(each, "class") === "value"))
    .map((anchor) => [attribute(anchor, "aria-label") ?? textIn(anchor), attribute(anchor, "href")] as const);
  return names.filter(([name, href]) => names.some(([other, path]) => other === name && path !== href)).map(([name]) => name);
}

/** Where a page's links and searches lead. */
const links = (elements: readonly Element[]): readonly URL[] => {
  const searches = elements.filter((each) => each.tagName === "form" && attribute(each, "method") !== "post");
  const fields = (form: Element) => elementsWithin(form).flatMap((each) => attribute(each, "name") ?? []);
  const asked = searches.map(
    (form) =>
      `${attribute(form, "action")}?${fields(form)
        .map((name) => `${name}=`)
        .join("&")}`,
  );
  const hrefs = elements.flatMap((each) => (each.tagName === "a" ? (attribute(each, "href") ?? []) : []));
  return [...hrefs.filter((href) => href.startsWith("/")), ...asked].map((href) => new URL(href, "https://console.example"));
};
/** What a link asks for that the page which it leads to does not know. A search's fields are empty: their names count. */
const unknownIn = ({ pathname, searchParams }: URL): readonly string[] => {
  const route = consoleRoutes.find(
    ({ method, path }) => method === "GET" && new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`).test(pathname),
  );
  const filled = new URLSearchParams([...searchParams].map(([name, value]) => [name, value === "" ? EMPTY : value] as [string, string]));
  const unknown = route === undefined ? [] : unknownAsks(filled, route.asks ?? {}, ["default"]);
  return unknown.filter((each) => !each.endsWith(`=${EMPTY}`)).map((each) => `${pathname} ${each}`);
};
const EMPTY = "no value";

describe.each(["en", "ko"])("in %s", (language) => {
  it.each(paths)("%s is valid HTML", async (path) => {
    const role = /^\/partner([/?]|$)/.test(path) ? "Partner" : path.startsWith("/asked") ? "Decider" : "Administrator";
    const Cookie = await pages.cookie(role, { userNames: ["lead@markup.example"] });
    const response = await pages.get(addressOf(path, role), role, { "Accept-Language": language, Cookie });
    const html = await response.text();
    const elements = elementsIn(html);
    const named = (tag: string) => elements.filter(({ tagName }) => tagName === tag);
    const ids = elements.flatMap((each) => attribute(each, "id") ?? []);
    const labelled = new Set(named("label").flatMap((each) => attribute(each, "for") ?? []));
    const inLabels = new Set(named("label").flatMap((label) => label.childNodes.filter((each) => "tagName" in each)));
    const fields = [...named("input"), ...named("select"), ...named("textarea")].filter((each) => attribute(each, "type") !== "hidden");
    const posts = named("form").filter((each) => attribute(each, "method") === "post");

    expect(response.status).toBe(200);
    expect(named("html").map((each) => attribute(each, "lang"))).toEqual([language]);
    expect(named("h1")).toHaveLength(1);
    expect(ids).toEqual([...new Set(ids)]);
    for (const each of elements) for (const id of attribute(each, "aria-describedby")?.split(" ") ?? []) expect(ids).toContain(id);
    for (const id of labelled) expect(ids).toContain(id);
    const unlabelled = fields.filter(
      (each) => !labelled.has(attribute(each, "id") ?? "") && attribute(each, "aria-label") === undefined && !inLabels.has(each),
    );
    expect(unlabelled.map((each) => attribute(each, "name"))).toEqual([]);
    expect(named("th").map(textIn)).not.toContain("");
    // html-validate 10.17.0 found both, which parse5 and browsers let pass.
    expect(named("span").flatMap((each) => elementsWithin(each).flatMap(({ tagName }) => (blocks.has(tagName) ? [tagName] : [])))).toEqual(
      [],
    );
    const files = fields.filter((each) => attribute(each, "type") === "file");
    expect(files.map((each) => attribute(each, "autocomplete"))).toEqual(files.map(() => undefined));
    const tokens = elements.filter((each) => attribute(each, "name") === "form-token");
    expect(tokens).toHaveLength(posts.length);
    // Of a row that cannot be read, the list says what is typed there.
    expect(links(elements).flatMap(unknownIn)).toEqual([]);
    expect(listSharedNames(named("a"))).toEqual([]);
    expect(elements.flatMap(listMuteTexts)).toEqual([]);
    const pictures = elements.filter((each) => attribute(each, "role") === "img").map((each) => attribute(each, "aria-label") ?? "");
    expect(pictures.filter((name) => !/\d.*: .*\d/.test(name))).toEqual([]);
    if (language === "ko") expect(englishLeft(html, path === "/access-list" ? [...data, "allow", "deny"] : data)).toEqual([]);
  });
});

/** Returns the texts that stand directly in a live region: Orca 43.1 with Firefox 153 says none of them as the page loads. */
function listMuteTexts(element: Element): readonly string[] {
  const isLive = ["status", "alert", "log"].includes(attribute(element, "role") ?? "") || attribute(element, "aria-live") !== undefined;
  const texts = element.childNodes.flatMap((node) => ("value" in node ? [node.value.trim()] : []));
  return isLive ? texts.filter((text) => text !== "") : [];
}

it.each([
  { html: '<div role="status">You approved kim@contoso.com.</div>', mute: ["You approved kim@contoso.com."] },
  { html: '<p aria-live="polite">5 found</p>', mute: ["5 found"] },
  { html: '<div role="status"> <p>You approved kim@contoso.com.</p></div>', mute: [] },
])("of a live region, texts without an element of their own are found: $html", ({ html, mute }) => {
  expect(elementsIn(html).flatMap(listMuteTexts)).toEqual(mute);
});

/** Elements that HTML does not allow in a line of text. */
const blocks = new Set("article aside details div dl fieldset figure form h1 h2 h3 h4 hr ol p pre section table ul".split(" "));

/** Names and values of the rows above. */
const data = [
  "Test Administrator",
  "TA",
  "Test Partner",
  "TP",
  "Test Decider",
  "TD",
  "KL",
  "Kim Lee",
  "Busan",
  "soon",
  "alow",
  "codes",
  "one two",
  "en",
  "displayName",
  "kim",
];

describe("a refused form states first what to correct, with a link to the field", () => {
  const everyone = { effect: "allow", issuer: "", expiresAt: "", note: "", gates: "", entry: "*", confirm: "no" };
  const file = (text: string) => new File([text], "list.csv");
  const long = "x".repeat(1_001);
  const decision = () => ({ verb: "deny", request: `${request}/${reference}/` });

  it.each<{ path: string; fields?: () => Parameters<TestConsole["post"]>[2]; field: string }>([
    { path: "/access-list/import", fields: () => ({ file: file("entry,effect\nkim@,allow\n") }), field: "file" },
    { path: "/access-list/import", fields: () => ({}), field: "file" },
    { path: "/access-list/add", fields: () => everyone, field: "confirm" },
    { path: "/access-list/add", fields: () => ({ ...everyone, entry: "long.example", note: long }), field: "add-note" },
    { path: "/profiles/add", fields: () => ({ person: "long@markup.example", note: long }), field: "add-note" },
    { path: "/profiles/add", fields: () => ({ person: "long@markup.example", "attribute-city": long }), field: "add-city" },
    { path: "/reference-data/add", fields: () => ({ list: "codes", value: "B-2", note: long }), field: "add-note" },
    { path: "/approvals/decide", fields: () => ({ ...decision(), note: long }), field: "note" },
    { path: "/decisions?q=x", field: "q" },
    { path: "/decisions?domain=x..", field: "domain" },
    { path: "/decisions?from=x", field: "from" },
    { path: "/audit?from=x", field: "from" },
    { path: "/people?email=x", field: "q" },
  ])("$path: $field", async ({ path, fields, field }) => {
    const response = await (fields === undefined ? pages.get(path, "Administrator") : pages.post(path, "Administrator", fields()));
    expect(response.status).toBe(400);
    const html = await response.text();
    const elements = elementsIn(html);
    const [summary, ...others] = elements.filter((each) => attribute(each, "autofocus") !== undefined);
    expect(others).toEqual([]);
    expect(summary && [attribute(summary, "role"), attribute(summary, "tabindex")]).toEqual(["alert", "-1"]);
    const links = elementsWithin(summary as Element).flatMap((each) => attribute(each, "href") ?? []);
    expect(links).toEqual([`#${field}`]);
    const mended = elements.find((each) => attribute(each, "id") === field);
    // The search of a list is beside what the page says first: it is said once.
    const isSearch = field === "q";
    expect(html.match(/<small id="[^"]*-problem"/g) ?? []).toHaveLength(isSearch ? 0 : 1);
    expect(mended && [attribute(mended, "aria-invalid"), attribute(mended, "aria-describedby")?.split(" ").pop()]).toEqual([
      "true",
      `${field}-problem`,
    ]);
  });
});

describe("no English remains in the Korean version", () => {
  const file = (text: string) => new File([text], "list.csv");
  const row = { effect: "allow", issuer: "", expiresAt: "", note: "", gates: "" };

  it.each([
    "/access-list?problem=1",
    "/access-list?open=broken.example",
    "/approvals?domain=%3F",
    "/audit?to=x",
    "/decisions?q=x",
    "/people?email=x",
  ])("of %s", async (path) => {
    const response = await pages.get(path, "Administrator", { "Accept-Language": "ko" });
    expect(englishLeft(await response.text(), [...data, "allow", "approval", "deny"])).toEqual([]);
  });

  it.each<{ path: string; fields: Parameters<TestConsole["post"]>[2] }>([
    { path: "/access-list/add", fields: { ...row, entry: "*" } },
    { path: "/access-list/add", fields: { ...row, entry: "*.co.uk", effect: "deny", confirm: "no" } },
    { path: "/access-list/add", fields: { ...row, entry: "kim", issuer: "x" } },
    { path: "/access-list/add", fields: { ...row, entry: "markup.example" } },
    { path: "/access-list/save", fields: { ...row, entry: "markup.example" } },
    { path: "/access-list/import", fields: { file: file("entry,effect,note\na.example,allow,x\nmarkup.example,allow,\n") } },
    { path: "/access-list/import", fields: { file: file("entry,effect\n*,allow\n") } },
    { path: "/access-list/import", fields: { file: file("entry,effect\nkim@,allow\n") } },
    { path: "/people/erase", fields: { email: "kim@markup.example" } },
    { path: "/approvals/decide", fields: { verb: "approve" } },
    { path: "/people/erase", fields: { email: "kim@markup.example", confirm: "no" } },
    { path: "/approvals/decide", fields: { verb: "retry", request: "none" } },
    { path: "/profiles/add", fields: { person: "x", expiresAt: "soon", "attribute-city": "x" } },
    { path: "/reference-data/add", fields: { list: "", value: "" } },
  ])("of the answer of $path to $fields", async ({ path, fields }) => {
    const response = await pages.post(path, "Administrator", fields, { "Accept-Language": "ko" });
    expect(response.status).not.toBe(303);
    expect(englishLeft(await response.text(), data)).toEqual([]);
  });

  it("of the results of an edit and of a request", async () => {
    Object.assign(pages.world, { secondPerson: true });
    const kept = await pages.post("/access-list/add", "Administrator", { ...row, entry: "*.co.uk", confirm: "*.co.uk" });
    const fields = { verb: "deny", request: `${request}/${reference}/` };
    const denied = await pages.post("/approvals/decide", "Administrator", fields, { "Accept-Language": "ko" });
    Object.assign(pages.world, { secondPerson: undefined });
    const decided = ["/", "/access-list/proposals", "/approvals?state=denied", "/audit", "/people?email=kim@markup.example"];
    for (const path of [kept.headers.get("location"), denied.headers.get("location"), ...decided]) {
      const response = await pages.get(String(path), "Administrator", { "Accept-Language": "ko" });
      expect(response.status).toBe(200);
      expect([path, ...englishLeft(await response.text(), data)]).toEqual([path]);
    }
  });
});

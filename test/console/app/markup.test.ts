import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { routes } from "../../../console/app/routes";
import { asked, record, startConsole, type TestConsole } from "../support";
import { englishLeft } from "./english-left";

type Element = DefaultTreeAdapterTypes.Element;

let pages: TestConsole;
let request: string;
let changeSet: string;
beforeAll(async () => {
  pages = await startConsole();
  await pages.put({ entry: "markup.example", effect: "deny", note: "one\ntwo" });
  await pages.put({ entry: "kim@markup.example", effect: "allow", issuer: "google.com", expiresAt: "2020-01-01" });
  await pages.put({ entry: "broken.example", effect: "alow", expiresAt: "soon" });
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
  request = (await asked(pages, "kim@markup.example")).id;
});
afterAll(() => pages.close());

/** Where each page has something to show. */
const queries: Readonly<Record<string, string>> = {
  "/approvals/group": "?domain=markup.example",
  "/access-list/entry": "?key=markup.example",
  "/access-list/entry/history": "?key=added.example",
  "/access-list/changes/one": "?id=CHANGE-SET",
  "/access-list/changes/revert": "?id=CHANGE-SET",
  "/access-list/check": "?email=kim@markup.example",
  "/people": "?email=kim@markup.example&reference=K7QD-9MXD",
  "/people/erase": "?email=kim@markup.example",
  "/profiles/person": "?key=kim@markup.example",
  "/reference-data/list": "?list=codes",
  "/reference-data/value": "?list=codes&value=A-1",
};
const parts = ["/access-list/export.csv", "/approvals/live"];
const paths = routes.filter(({ method, path }) => method === "GET" && !parts.includes(path)).map(({ path }) => path);
const addressOf = (path: string) =>
  path.replace(":reference", "K7QD-9MXD").replace(":id", encodeURIComponent(request)) +
  (queries[path] ?? "").replace("CHANGE-SET", changeSet);

function elementsIn(html: string): readonly Element[] {
  const walk = (node: DefaultTreeAdapterTypes.Node): Element[] => [
    ...("tagName" in node ? [node] : []),
    ...("childNodes" in node ? node.childNodes.flatMap(walk) : []),
  ];
  return walk(parse(html));
}
const attribute = ({ attrs }: Element, name: string) => attrs.find((each) => each.name === name)?.value;

describe.each(["en", "ko"])("in %s", (language) => {
  it.each(paths)("%s is well made", async (path) => {
    const response = await pages.get(addressOf(path), "Administrator", { "Accept-Language": language });
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
    const tokens = elements.filter((each) => attribute(each, "name") === "form-token");
    expect(tokens).toHaveLength(posts.length);
    // Of a row that cannot be read, the list says what is typed there.
    if (language === "ko") expect(englishLeft(html, path === "/access-list" ? [...data, "allow", "deny"] : data)).toEqual([]);
  });
});

/** Names and values of the rows above. */
const data = ["Test Administrator", "Kim Lee", "Busan", "soon", "alow", "codes", "one two", "en", "displayName"];

describe("in Korean no English is left", () => {
  const file = (text: string) => new File([text], "list.csv");
  const row = { effect: "allow", issuer: "", expiresAt: "", note: "", gates: "" };
  const person = { email: "kim@markup.example", effect: "allow", version: "none" };

  it.each([
    "/access-list?problem=1",
    "/access-list?q=ended.example&by=x",
    "/access-list/entry?key=broken.example",
    "/access-list/check?email=x",
    "/approvals?domain=%3F&days=x&provider=%20",
    "/approvals/group",
    "/audit?day=x",
    "/audit?person=x",
    "/decisions?email=x",
    "/decisions?reference=x",
    "/people?email=x",
  ])("of %s", async (path) => {
    const response = await pages.get(path, "Administrator", { "Accept-Language": "ko" });
    expect(englishLeft(await response.text(), [...data, "allow", "deny"])).toEqual([]);
  });

  it.each<{ path: string; fields: Parameters<TestConsole["post"]>[2] }>([
    { path: "/access-list/add", fields: { ...row, entry: "*" } },
    { path: "/access-list/add", fields: { ...row, entry: "*.co.uk", effect: "deny", confirm: "no" } },
    { path: "/access-list/add", fields: { ...row, entry: "kim", issuer: "x" } },
    { path: "/access-list/add", fields: { ...row, entry: "markup.example" } },
    { path: "/access-list/save", fields: { ...row, key: "markup.example" } },
    { path: "/access-list/import", fields: { file: file("entry,effect,note\na.example,allow,x\nmarkup.example,allow,\n") } },
    { path: "/access-list/import", fields: { file: file("entry,effect\n*,allow\n") } },
    { path: "/access-list/import", fields: { file: file("entry,effect\nkim@,allow\n") } },
    { path: "/people/list", fields: { ...person, span: "day", day: "x" } },
    { path: "/people/erase", fields: { email: "kim@markup.example" } },
    { path: "/approvals/decide", fields: { verb: "approve" } },
    { path: "/approvals/group", fields: { verb: "approve" } },
    { path: "/profiles/add", fields: { person: "x", expiresAt: "soon", column: "a", type: "number", value: "x" } },
    { path: "/reference-data/add", fields: { list: "", lines: "" } },
  ])("of what $path answers to $fields", async ({ path, fields }) => {
    const response = await pages.post(path, "Administrator", fields, { "Accept-Language": "ko" });
    expect(response.status).not.toBe(303);
    expect(englishLeft(await response.text(), data)).toEqual([]);
  });
});

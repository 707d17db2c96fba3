import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { routes } from "../../../console/app/routes";
import { asked, record, startConsole, type TestConsole } from "../support";

type Element = DefaultTreeAdapterTypes.Element;

let pages: TestConsole;
let request: string;
let changeSet: string;
beforeAll(async () => {
  pages = await startConsole();
  await pages.put({ entry: "markup.example", effect: "deny", note: "one\ntwo" });
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
    const elements = elementsIn(await response.text());
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
  });
});

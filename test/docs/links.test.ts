import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { type Page, pages } from "./pages";

/** Folders whose files pages name in running text. */
const FOLDERS = "adapters|bench|bin|cli|console|docs|engine|lambda|lib|local|policy|samples|scripts|simulator|test";

/** As GitHub makes them of headings. */
function anchorsOf({ text }: Page): ReadonlySet<string> {
  const headings = text.replace(/^```.*?^```/gms, "").matchAll(/^#+ +(.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

function brokenLinks(page: Page): readonly string[] {
  const links = [...page.text.replace(/^```.*?^```/gms, "").matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page.name : join(dirname(page.name), path).replaceAll("\\", "/");
    if (!existsSync(join(packageRoot, target))) return true;
    const found = pages.find(({ name }) => name === target);
    return anchor !== undefined && (found === undefined || !anchorsOf(found).has(anchor));
  });
}

/** Paths in code font; a placeholder such as `policy/<step>.ts` names no file. */
function missingPaths({ text }: Page): readonly string[] {
  const named = [...text.matchAll(new RegExp(`\`((?:${FOLDERS})/[\\w./-]*)\``, "g"))].map(([, path = ""]) => path);
  return named.filter((path) => !existsSync(join(packageRoot, path)));
}

it.each(pages)("$name contains only links with an existing target", (page) => expect(brokenLinks(page)).toEqual([]));

it.each(pages)("$name names only files that exist", (page) => expect(missingPaths(page)).toEqual([]));

it("docs/README.md links to each page of docs except the decisions", () => {
  const index = pages.find(({ name }) => name === "docs/README.md")?.text ?? "";
  const listed = [...index.matchAll(/\]\(([^)#]*)\)/g)].map(([, path = ""]) => `docs/${path}`);
  const all = pages.map(({ name }) => name).filter((name) => name.startsWith("docs/") && !/^docs\/(README|decisions\/.*)\.md$/.test(name));
  expect(all.filter((name) => !listed.includes(name))).toEqual([]);
});

it("the link check detects a broken link, a missing heading and a missing file", () => {
  const page = { name: "README.md", text: "[a](docs/nothing.md) [b](#nowhere) [c](docs/policy.md#rules) `lib/nothing.ts` `policy/`" };
  expect(brokenLinks(page)).toEqual(["docs/nothing.md", "#nowhere"]);
  expect(missingPaths(page)).toEqual(["lib/nothing.ts"]);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { findAppRoot } from "../../lib/app-root";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-app-root-")));
  mkdirSync(join(folder, "app", "bin", "deep"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = () => join(folder, "app", "bin", "deep");
const put = (...path: string[]) => writeFileSync(join(folder, ...path), "{}");

it("the app's root is the nearest folder with a cdk.json, even if a package.json is nearer", () => {
  put("app", "cdk.json");
  put("app", "bin", "package.json");
  put("package.json");
  expect(findAppRoot(start())).toBe(join(folder, "app"));
});

it("the app's root is the nearest folder with a package.json if there is no cdk.json", () => {
  put("app", "package.json");
  put("package.json");
  expect(findAppRoot(start())).toBe(join(folder, "app"));
});

it("the app's root is the current folder if there is neither file", () => {
  const top = parse(folder).root;
  expect(findAppRoot(top)).toBe(top);
});

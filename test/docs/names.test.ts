import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";

const FOLDERS = [
  "adapters",
  "bench",
  "bin",
  "cli",
  "console",
  "engine",
  "features",
  "handlers",
  "lambda",
  "lib",
  "local",
  "scripts",
  "simulator",
];

/** Names that are wiring: the runtime, the command line and the console find them by file. */
const WIRING = new Set(["handler", "register", "routes", "feature"]);

const exported = /^export (?:default )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

function declarations(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const folder of FOLDERS) {
    for (const file of readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })) {
      const name = `${folder}/${file.replaceAll("\\", "/")}`;
      if (!/\.tsx?$/.test(file)) continue;
      const names = new Set([...readFileSync(join(packageRoot, name), "utf8").matchAll(exported)].map(([, each = ""]) => each));
      for (const each of names) found.set(each, [...(found.get(each) ?? []), name]);
    }
  }
  return found;
}

it("an exported name is declared in one file, so that whoever searches for it finds one thing", () => {
  const all = declarations();
  expect(all.size).toBeGreaterThan(500);
  expect([...all].filter(([name, files]) => files.length > 1 && !WIRING.has(name))).toEqual([]);
});

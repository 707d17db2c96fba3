import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { findFaults, readImports, readTexts } from "../../scripts/structure/faults";
import { editedByHand, elsewhere, facesOnRows, listLayers, lists } from "../../scripts/structure/map";

/** Faults of a project that has these files. Files that are only imported are added. */
function faultsOf(lines: Readonly<Record<string, string>>): readonly string[] {
  const targets = Object.entries(lines).flatMap(([path, text]) =>
    [...text.matchAll(/"(\..*?)"/g)].map(([, specifier = ""]) => [`${join(dirname(path), specifier)}.ts`, ""] as const),
  );
  return findFaults(readImports(new Map([...targets, ...Object.entries(lines)])));
}

/** An import of a path of the project. */
function importFrom(path: string, target: string): string {
  return `export { it } from "${"../".repeat(path.split("/").length - 1) || "./"}${target}";\n`;
}

const FOLDERS = [
  ...["engine", "adapters", "console", "handlers", "lambda", "lib", "simulator", "local", "cli", "bin"],
  ...["policy", "samples", "scripts", "bench", "test"],
];

describe("a layer of the source", () => {
  const mayImport: Readonly<Record<string, readonly string[]>> = {
    engine: [],
    adapters: ["engine"],
    console: ["engine", "adapters"],
    handlers: ["engine", "adapters", "console"],
    lambda: ["engine", "adapters", "console", "handlers"],
    lib: ["engine", "adapters", "console", "handlers", "lambda"],
    simulator: ["engine"],
    local: ["engine", "adapters", "console", "handlers", "lambda", "lib", "simulator"],
    cli: ["engine", "adapters", "console", "lib", "simulator", "local"],
    bin: ["lib", "cli"],
    policy: [],
    samples: [],
    "index.ts": ["engine", "adapters"],
  };
  const tries = Object.entries(mayImport).flatMap(([layer, allowed]) => {
    const files = layer.endsWith(".ts") ? [layer] : [`${layer}/file.ts`, `${layer}/deep/file.ts`];
    // The simulator is a feature: a layer that may import it has none of its own to try.
    const others = FOLDERS.filter((folder) => folder !== layer && !(folder === "simulator" && allowed.includes(folder)));
    return files.map((file) => ({ file, allowed, others }));
  });

  it.each(tries)("$file may import $allowed, and no other folder", ({ file, allowed, others }) => {
    for (const folder of others) {
      const faults = faultsOf({ [file]: importFrom(file, `${folder}/deep/module`) });
      expect({ folder, isRefused: faults.length > 0 }).toEqual({ folder, isRefused: !allowed.includes(folder) });
    }
  });

  it.each(["engine", "adapters", "features/limit", "cli", "bin"])("%s may not import the package by name, but a policy may", (folder) => {
    expect(faultsOf({ [`${folder}/file.ts`]: 'import "entra-gatehouse";' })).toHaveLength(1);
    expect(faultsOf({ "policy/file.ts": 'import "entra-gatehouse";' })).toEqual([]);
  });

  it("has a line in the map of the architecture", () => expect(faultsOf({ "elsewhere/file.ts": "" })).toHaveLength(1));

  it.each([
    { as: "a type", line: 'import type { It } from "../cli/module";' },
    { as: "a re-export", line: 'export * from "../cli/module";' },
    { as: "a side effect", line: 'import "../cli/module";' },
    { as: "an import on demand", line: 'export const load = () => import("../cli/module");' },
  ])("may not import a forbidden layer, even as $as", ({ line }) => expect(faultsOf({ "adapters/file.ts": line })).toHaveLength(1));
});

describe("a feature's file", () => {
  const model = ["model", "texts"];
  const reaching = [...model, "store", "worker", "client"];
  const development = { folders: ["engine", "adapters", "local"], parts: [...reaching, "local", "cases"] };
  const allowed: Readonly<Record<string, { readonly folders: readonly string[]; readonly parts: readonly string[] }>> = {
    rule: { folders: ["engine"], parts: model },
    "model/deep": { folders: ["engine"], parts: model },
    store: { folders: ["engine", "adapters"], parts: reaching },
    worker: { folders: ["engine", "adapters"], parts: reaching },
    client: { folders: ["engine", "adapters"], parts: reaching },
    "call.lambda": { folders: ["engine", "adapters", "handlers"], parts: reaching },
    stack: { folders: ["engine", "adapters", "lib"], parts: [...model, "store", "client", "stack"] },
    pages: { folders: ["engine", "adapters", "console"], parts: [...model, "pages"] },
    verbs: {
      folders: ["engine", "adapters", "console", "cli", "lib", "simulator", "local"],
      parts: [...model, "stack", "verbs"],
    },
    local: development,
    cases: development,
  };
  const parts = [...reaching, "stack", "pages", "verbs", "local", "cases"];

  it.each(Object.entries(allowed).map(([name, each]) => ({ name, ...each })))(
    "$name may import $folders of the project, and $parts of its own and of other features",
    ({ name, folders, parts: own }) => {
      const file = `features/one/${name}.ts`;
      const refuses = (target: string) => faultsOf({ [file]: importFrom(file, target) }).length > 0;
      for (const folder of FOLDERS) expect([folder, refuses(`${folder}/module`)]).toEqual([folder, !folders.includes(folder)]);
      for (const part of parts.filter((each) => each !== name)) {
        for (const target of [`features/one/${part}`, `features/one/${part}/deep`, `features/two/${part}`, `features/two/${part}/deep`]) {
          expect([target, refuses(target)]).toEqual([target, !own.includes(part)]);
        }
      }
    },
  );

  const rule = "features/one/rule.ts";
  it.each([
    { from: rule, to: "features/two/rule", faults: 0, title: "imports other features" },
    { from: "local/cases/run.ts", to: "features/two/rule", faults: 0, title: "elsewhere imports other features, too" },
    { from: "local/start.ts", to: "simulator/module", faults: 1, title: "in the simulator is not imported by the rest" },
    { from: "features/lists/verbs.ts", to: "features/two/verbs/commands", faults: 0, title: "is imported by lists" },
    { from: "features/lists/about.ts", to: "features/two/about", faults: 0, title: "is imported by lists among features" },
    {
      from: "features/lists/about.ts",
      to: "features/two/store",

      faults: 1,
      title: "of a higher layer is imported by no lower list",
    },
    {
      from: "cli/output.ts",
      to: "features/two/verbs/commands",

      faults: 1,
      title: "is not imported by the rest of the command",
    },
    {
      from: "console/app/page.ts",
      to: "features/two/pages/page",

      faults: 1,
      title: "is not imported by the console's frame",
    },
    { from: "handlers/step/stage.ts", to: "features/two/rule", faults: 1, title: "is not imported by a handler of all" },
    { from: "engine/sign-up/engine.ts", to: "features/two/rule", faults: 1, title: "is not imported by the kernel" },
    { from: "local/start.ts", to: "features/two/rule", faults: 1, title: "is not imported by what runs locally" },
  ])("$title", ({ from, to, faults }) => expect(faultsOf({ [from]: importFrom(from, to) })).toHaveLength(faults));

  it("is in no import cycle of features", () => {
    const file = (name: string, other: string) => ({
      [`features/${name}/rule.ts`]: importFrom("features/x/rule.ts", `features/${other}/texts`),
    });
    const files = { ...file("one", "two"), ...file("two", "three"), ...file("three", "one"), ...file("four", "one") };
    expect(faultsOf(files)).toEqual([expect.stringMatching(/^Features in a circle: /)]);
    expect(faultsOf({ ...file("one", "two"), ...file("two", "three") })).toEqual([]);
  });
});

describe("a page or verb that reaches rows or clients", () => {
  const [name = "", count = 0] = Object.entries(facesOnRows)[0] ?? [];
  const reaching = (files: number) =>
    Object.fromEntries(
      Array.from({ length: files }, (_, at) => {
        const path = `features/${name}/${at % 2 === 0 ? "pages" : "verbs"}/page-${at}.ts`;
        const target = ["features/one/store", "features/one/client/deep", "adapters/tables/rows"][at % 3] as string;
        return [path, at % 4 === 0 ? `export const it = import("../../../${target}");\n` : importFrom(path, target)];
      }),
    );

  it.each([
    { files: count, faults: [] },
    { files: count + 1, faults: [`${name}: ${count + 1} of its pages and verbs reach rows or clients, ${count} may:`] },
    { files: count - 1, faults: [`${name}: only ${count - 1} of its pages and verbs reach rows or clients, so write ${count - 1}`] },
  ])("is one of as many as the map says: $files", ({ files, faults }) =>
    expect(faultsOf(reaching(files))).toEqual(faults.map((fault) => expect.stringContaining(fault))),
  );
});

it("every path in the map exists in the project", () => {
  const paths = [...readTexts(packageRoot).keys()];
  const starts = [...Object.keys(elsewhere), ...Object.keys(listLayers), ...Object.keys(editedByHand), ...lists];
  expect(starts.filter((start) => !paths.some((path) => path.startsWith(start)))).toEqual([]);
});

describe("the linter", () => {
  const root = mkdtempSync(join(tmpdir(), "gatehouse-limits-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const pure = {
    "the file system": 'import { readFileSync } from "node:fs";\nexport const it = readFileSync;',
    AWS: 'import { DynamoDBClient } from "@aws-sdk/client-dynamodb";\nexport const it = DynamoDBClient;',
    randomness: 'import { randomUUID } from "node:crypto";\nexport const it = randomUUID;',
    timers: "export const it = setTimeout;",
    "the network": "export const it = fetch;",
    "the environment": "export const it = process.env;",
    "today's time": "export const it = Date.now();",
    "today's date": "export const it = new Date();",
    chance: "export const it = Math.random();",
  };
  const lines = (count: number) => `export function long() {\n${"  it();\n".repeat(count - 2)}}\nfunction it() {}\n`;
  const branches = (count: number) => `export function twisted(it: number) {\n${`  if (it > 1) it -= 1;\n`.repeat(count)}  return it;\n}\n`;
  const tries = [
    ...Object.entries(pure).flatMap(([what, text], at) => [
      { what: `${what} in the engine`, path: `engine/pure-${at}.ts`, text, isRefused: true },
      { what: `${what} in what a feature decides`, path: `features/one/pure-${at}.ts`, text, isRefused: true },
      { what: `${what} in a feature's store`, path: `features/one/store/pure-${at}.ts`, text, isRefused: false },
    ]),
    { what: "hashes in the engine", path: "engine/hash.ts", text: 'export { createHash } from "node:crypto";', isRefused: false },
    { what: "a function of 61 lines", path: "cli/long.ts", text: lines(61), isRefused: true },
    {
      what: "an inner function of 61 lines",
      path: "cli/inner.ts",
      text: `export const outer = () => {\n${lines(61).slice(7)}};`,
      isRefused: true,
    },
    { what: "a function of 60 lines", path: "cli/short.ts", text: lines(60), isRefused: false },
    { what: "a long function of a test", path: "test/long.ts", text: lines(61), isRefused: false },
    { what: "a complexity of 26", path: "cli/twisted.ts", text: branches(26), isRefused: true },
    { what: "a complexity of 25", path: "cli/plain.ts", text: branches(25), isRefused: false },
    { what: "a module in a circle", path: "cli/circle.ts", text: 'export { other as it } from "./other";', isRefused: true },
    { what: "a module in a circle of types", path: "cli/other.ts", text: 'export type { it as other } from "./circle";', isRefused: true },
  ];
  let refused: ReadonlySet<string>;

  beforeAll(() => {
    for (const { path, text } of tries) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${text}\n`);
    }
    for (const file of ["biome.json", "engine/pure.grit"]) copyFileSync(join(packageRoot, file), join(root, file));
    const biome = join(packageRoot, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
    if (stdout === "") throw new Error(stderr);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { severity: string; location: { path: string } }[] };
    refused = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ location }) => location.path));
  });

  it.each(tries.filter(({ isRefused }) => isRefused))("refuses $what", ({ path }) => expect(refused).toContain(path));
  it.each(tries.filter(({ isRefused }) => !isRefused))("allows $what", ({ path }) => expect(refused).not.toContain(path));
});

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/package-root";

const FOLDERS = [
  "engine",
  "adapters",
  "console",
  "handlers",
  "lambda",
  "lib",
  "simulator",
  "local",
  "cli",
  "bin",
  "policy",
  "samples",
  "scripts",
  "bench",
  "test",
] as const;
type Folder = (typeof FOLDERS)[number];

/** What the files of a folder may import, as ARCHITECTURE.md has it. Scripts, benchmarks and tests may import everything. */
const MAY_IMPORT: Readonly<Partial<Record<Folder | ".", readonly Folder[]>>> = {
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
  ".": ["engine", "adapters"],
};

/** What the engine must not use of the platform. */
const IMPURE = {
  "file-system": 'import { readFileSync } from "node:fs";\nexport const it = readFileSync;',
  aws: 'import { DynamoDBClient } from "@aws-sdk/client-dynamodb";\nexport const it = DynamoDBClient;',
  randomness: 'import { randomUUID } from "node:crypto";\nexport const it = randomUUID;',
  timer: "export const it = setTimeout;",
  network: "export const it = fetch;",
  environment: "export const it = process.env;",
  now: "export const it = Date.now();",
  today: "export const it = new Date();",
  chance: "export const it = Math.random();",
} as const;

const root = mkdtempSync(join(tmpdir(), "gatehouse-layers-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The files in which the linter finds a fault, of a project that has this repository's rules and these files. */
function faulty(files: ReadonlyMap<string, string>): readonly string[] {
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const file of ["biome.json", "engine/pure.grit"]) copyFileSync(join(packageRoot, file), join(root, file));
  const biome = join(packageRoot, "node_modules/@biomejs/biome/bin/biome");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, "lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false"],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    },
  );
  if (stdout === "") throw new Error(stderr);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { location: { path: string } }[] };
  return diagnostics.map(({ location }) => location.path);
}

const layers = (Object.keys(MAY_IMPORT) as (keyof typeof MAY_IMPORT)[]).flatMap((layer) =>
  FOLDERS.filter((folder) => folder !== layer).flatMap((folder) => {
    // A module and a folder's index, from a file of the layer and from one of a folder in it.
    const places = layer === "." ? [["index.ts", "./"]] : ["", "deep/"].map((deep) => [`${layer}/${deep}`, deep === "" ? "../" : "../../"]);
    return places.flatMap(([at = "", up = ""]) =>
      ["", "/deep/module"].map((module) => ({
        layer,
        folder,
        // index.ts is one file: its rule is tried on it alone.
        file: layer === "." ? "index.ts" : `${at}imports-${folder}${module.replaceAll("/", "-")}.ts`,
        line: `export { it as ${folder}${module === "" ? "" : "Module"} } from "${up}${folder}${module}";`,
        isAllowed: MAY_IMPORT[layer]?.includes(folder) ?? false,
      })),
    );
  }),
);

it("the linter refuses each import that points up the page, and no other", () => {
  const ofFolders = layers.filter(({ layer }) => layer !== ".");
  const impure = Object.entries(IMPURE).map(([name, text]) => [`engine/${name}.ts`, `${text}\n`] as const);
  const found = faulty(new Map([...ofFolders.map(({ file, line }) => [file, `${line}\n`] as const), ...impure]));
  const forbidden = ofFolders.flatMap(({ file, isAllowed }) => (isAllowed ? [] : [file]));
  expect(new Set(found)).toEqual(new Set([...forbidden, ...impure.map(([file]) => file)]));
});

it("the linter refuses the command line's shared files and each group of verbs to import a group", () => {
  const shared = ["aws", "first-contact", "graph", "long-tasks", "target"];
  const inCli = readdirSync(join(packageRoot, "cli"), { withFileTypes: true });
  const folders = inCli.flatMap((each) => (each.isDirectory() ? [each.name] : []));
  const tried = folders.flatMap((folder) =>
    [`cli/one-${folder}.ts`, `cli/another/one-${folder}.ts`, `cli/another/deep/one-${folder}.ts`].map((file, depth) => ({
      file,
      isAllowed: shared.includes(folder),
      text: `export { it } from "${depth === 0 ? "./" : "../".repeat(depth)}${folder}/commands";\n`,
    })),
  );
  const found = faulty(new Map([...tried.map(({ file, text }) => [file, text] as const), ["cli/main.ts", 'import "./list/commands";\n']]));
  const ofCli = new Set([...tried.map(({ file }) => file), "cli/main.ts"]);
  expect(new Set(found.filter((file) => ofCli.has(file)))).toEqual(
    new Set(tried.flatMap(({ file, isAllowed }) => (isAllowed ? [] : [file]))),
  );
});

it("the linter refuses each import of index.ts that a policy has no business with, and no other", () => {
  const ofIndex = layers.filter(({ layer }) => layer === ".");
  const found = faulty(new Map([["index.ts", `${ofIndex.map(({ line }) => line).join("\n")}\n`]]));
  expect(found.filter((file) => file === "index.ts")).toHaveLength(ofIndex.filter(({ isAllowed }) => !isAllowed).length);
});

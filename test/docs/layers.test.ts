import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/package-root";

const FOLDERS = [
  "engine",
  "features",
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
  console: ["engine", "features", "adapters"],
  handlers: ["engine", "features", "adapters", "console"],
  lambda: ["engine", "features", "adapters", "console", "handlers"],
  lib: ["engine", "features", "adapters", "console", "handlers", "lambda"],
  simulator: ["engine", "features"],
  local: ["engine", "features", "adapters", "console", "handlers", "lambda", "lib", "simulator"],
  cli: ["engine", "features", "adapters", "console", "lib", "simulator", "local"],
  bin: ["lib", "cli"],
  policy: [],
  samples: [],
  ".": ["engine", "features", "adapters"],
};

interface Allowed {
  readonly folders: readonly Folder[];
  readonly parts: readonly string[];
}
/** What is for `npm start` and cases. */
const forDevelopment: Allowed = {
  folders: ["engine", "features", "adapters", "local"],
  parts: ["model", "texts", "store", "worker", "client", "standin", "case-words"],
};

/** What a feature's files may import, by their names. */
const OF_A_FEATURE: Readonly<Record<string, Allowed>> = {
  rule: { folders: ["engine", "features"], parts: ["model", "texts"] },
  "model/deep": { folders: ["engine", "features"], parts: ["model", "texts"] },
  store: { folders: ["engine", "features", "adapters"], parts: ["model", "texts", "store", "worker", "client"] },
  worker: { folders: ["engine", "features", "adapters"], parts: ["model", "texts", "store", "worker", "client"] },
  client: { folders: ["engine", "features", "adapters"], parts: ["model", "texts", "store", "worker", "client"] },
  "call.lambda": { folders: ["engine", "features", "adapters", "handlers"], parts: ["model", "texts", "store", "worker", "client"] },
  stack: { folders: ["engine", "features", "adapters", "lib"], parts: ["model", "texts", "store", "client", "stack"] },
  pages: { folders: ["engine", "features", "adapters", "console"], parts: ["model", "texts", "store", "client", "pages"] },
  verbs: {
    folders: ["engine", "features", "adapters", "console", "cli", "lib", "simulator", "local"],
    parts: ["model", "texts", "store", "client", "stack", "verbs"],
  },
  standin: forDevelopment,
  "case-words": forDevelopment,
};
const PARTS = ["model", "texts", "store", "worker", "client", "stack", "pages", "verbs", "standin", "case-words"];

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
  const impure = Object.entries(IMPURE).flatMap(([name, text]) =>
    [`engine/${name}.ts`, `features/impure/${name}.ts`].map((file) => [file, `${text}\n`] as const),
  );
  const found = faulty(new Map([...ofFolders.map(({ file, line }) => [file, `${line}\n`] as const), ...impure]));
  const forbidden = ofFolders.flatMap(({ file, isAllowed }) => (isAllowed ? [] : [file]));
  expect(new Set(found)).toEqual(new Set([...forbidden, ...impure.map(([file]) => file)]));
});

it("the linter refuses a file of a feature what its name does not allow, of the house, of its own folder and of another feature", () => {
  const tried = Object.entries(OF_A_FEATURE).flatMap(([name, { folders, parts }]) => {
    const up = "../".repeat(2 + name.split("/").length - 1);
    const ending = name === "pages" ? "tsx" : "ts";
    const one = (of: string, from: string, isAllowed: boolean) => ({
      file: `features/${name.replaceAll(/\W/g, "-")}-imports-${of.replaceAll(/\W/g, "-")}/${name}.${ending}`,
      text: `export { it } from "${from}";\n`,
      isAllowed,
    });
    return [
      ...FOLDERS.filter((each) => each !== "features").map((each) => one(each, `${up}${each}/deep/module`, folders.includes(each))),
      ...PARTS.filter((part) => part !== name.split("/")[0]).map((part) =>
        one(`own ${part}`, `${name.includes("/") ? "../" : "./"}${part}`, parts.includes(part)),
      ),
      ...PARTS.map((part) => one(`other ${part}`, `${up.replace("../", "")}other/${part}/deep`, parts.includes(part))),
    ];
  });
  const found = new Set(faulty(new Map(tried.map(({ file, text }) => [file, text]))));
  expect(tried.filter(({ file, isAllowed }) => found.has(file) === isAllowed).map(({ file }) => file)).toEqual([]);
});

it("the linter refuses the command line's frame each import of verbs, but for its lists", () => {
  const line = 'export { it } from "../features/list/verbs/commands";\n';
  const frame = ["cli/output.ts", "cli/deep/output.ts"].map(
    (file) => [file, file.includes("deep") ? line.replace("..", "../..") : line] as const,
  );
  const lists = ["cli/main.ts", "cli/typed-rows.ts"].map((file) => [file, line] as const);
  const found = faulty(new Map([...frame, ...lists]));
  expect(new Set(found.filter((file) => [...frame, ...lists].some(([each]) => each === file)))).toEqual(
    new Set(frame.map(([file]) => file)),
  );
});

it("the linter refuses each import of index.ts that a policy has no business with, and no other", () => {
  const ofIndex = layers.filter(({ layer }) => layer === ".");
  const found = faulty(new Map([["index.ts", `${ofIndex.map(({ line }) => line).join("\n")}\n`]]));
  expect(found.filter((file) => file === "index.ts")).toHaveLength(ofIndex.filter(({ isAllowed }) => !isAllowed).length);
});

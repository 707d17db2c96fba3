import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { packageRoot } from "../../lib/app-root";

/**
 * Loads modules and prints what they read of the environment meanwhile. What a package reads as it loads is its own matter; what
 * it reads because a module of ours calls it is that module's.
 */
const RECORDER = `
  const [root, ...files] = process.argv.slice(1);
  const reads = new Set();
  const note = () => {
    for (const frame of new Error().stack.split("\\n").slice(3)) {
      if (/Module\\._compile|node:internal\\/modules|bin\\/code-cache\\.cjs/.test(frame)) return;
      const [, file] = /\\(?(\\/[^():]+):\\d+:\\d+\\)?$/.exec(frame) ?? [];
      if (file?.startsWith(root) && !file.includes("/node_modules/")) reads.add(file);
    }
  };
  process.env = new Proxy(process.env, {
    get: (target, name) => (note(), target[name]),
    has: (target, name) => (note(), name in target),
    ownKeys: (target) => (note(), Reflect.ownKeys(target)),
  });
  for (const file of files) require(file);
  console.log(JSON.stringify([...reads]));
`;

function readersAmong(root: string, files: readonly string[]): readonly string[] {
  const given = ["--require", "./bin/typescript.cjs", "--eval", RECORDER, "--", root, ...files];
  const printed = execFileSync(process.execPath, given, { cwd: packageRoot, encoding: "utf8", env: { PATH: process.env.PATH } });
  const readers = JSON.parse(printed.trim().split("\n").at(-1) ?? "[]") as readonly string[];
  return readers.map((file) => relative(root, file));
}

const modulesIn = (folder: string) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    // Those are for the browser: no function loads them. An entry is loaded to build what it needs.
    .filter((name) => /\.tsx?$/.test(name) && !/\.(d|lambda)\.ts$/.test(name) && !name.startsWith(join("console", "browser")))
    .map((name) => join(packageRoot, name));

it("no module of the engine, adapters, console or handlers reads the environment while it loads", () => {
  const modules = ["engine", "features", "adapters", "console", "handlers"].flatMap(modulesIn);
  expect(modules.length).toBeGreaterThan(300);
  expect(readersAmong(packageRoot, modules)).toEqual([]);
});

describe("the check of what modules do while they load", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-loading-"));
  const seeded = [
    { is: "reads a variable", code: "export const table = process.env.ACCESS_LIST_TABLE;" },
    { is: "looks whether there is one", code: 'export const gate = "GATE" in process.env;' },
    {
      is: "makes a logger, which reads some",
      code: `import { Logger } from "${packageRoot}/node_modules/@aws-lambda-powertools/logger";\nexport const logger = new Logger();`,
    },
    { is: "imports one that does", code: 'import "./other";', reader: "other.ts" },
  ].map((each, index) => ({ reader: `seeded-${index}.ts`, file: `seeded-${index}.ts`, ...each }));
  const harmless = { reader: "harmless.ts", file: "harmless.ts", code: "export const region = () => process.env.AWS_REGION;" };
  let readers: readonly string[];

  beforeAll(() => {
    writeFileSync(join(folder, "other.ts"), "export const region = process.env.AWS_REGION;");
    const all = [...seeded, harmless];
    for (const { file, code } of all) writeFileSync(join(folder, file), code);
    readers = readersAmong(
      folder,
      all.map(({ file }) => join(folder, file)),
    );
  });

  it.each(seeded)("finds a module that $is", ({ reader }) => expect(readers).toContain(reader));

  it("does not report a module that reads the environment only after the module has loaded", () =>
    expect(readers).not.toContain(harmless.reader));
});

it.each(modulesIn("lambda").map((file) => relative(packageRoot, file)))(
  "%s holds nothing but imports, an optional re-export of its policy, and one line that makes its handler",
  (file) => {
    const statements = readFileSync(join(packageRoot, file), "utf8")
      .replace(/^(import .*;|export \{ default as policy \} from "#policy\/[\w-]+";|\/\/ .*)$/gm, "")
      .trim();
    expect(statements).toMatch(/^export const handler = \w+Handler\([^;]*\);$/);
    expect(statements).not.toContain("=>");
  },
);

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { dependencies, devDependencies, name } from "../../package.json";

/** Whatever npx may run: what belongs to this package, or is installed with it. The bare word gatehouse is somebody else's package. */
const ours = [name, "cdk"];

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: packageRoot, encoding: "utf8" })
  .split("\n")
  .filter(
    (file) => /\.(ts|tsx|mjs|cjs|js|json|md|yml|yaml|sh|txt)$/.test(file) && !/^(test\/|node_modules\/|package-lock\.json)/.test(file),
  );

function packagesRunBy(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:npx|npm exec|pnpm dlx|pnpm exec|yarn dlx|bunx)\s+(?:-{1,2}[\w-]+(?:=\S+)?\s+)*([@\w][\w./@-]*)/g)].map(
    ([, word = ""]) => word,
  );
}

it("the check detects each package that a text would run by npx", () => {
  expect(packagesRunBy("npx gatehouse list; `npx -y @other/cli@2 x`, npx --yes=true cdk deploy. npx")).toEqual([
    "gatehouse",
    "@other/cli@2",
    "cdk",
  ]);
});

it("the package prints and documents no command that runs another party's package", () => {
  expect(files.length).toBeGreaterThan(300);
  const strange = files.flatMap((file) =>
    packagesRunBy(readFileSync(join(packageRoot, file), "utf8"))
      .filter((word) => !ours.includes(word))
      .map((word) => `${file}: npx ${word}`),
  );
  expect(strange).toEqual([]);
});

/**
 * What takes our name from a registry, where it is nobody's until we publish: a runner that may fetch, an installation by name, a range
 * in a package.json. Words of a list in code count as words of a line.
 */
function fetchesOfOurName(text: string): readonly string[] {
  const line = text.replaceAll(/["'`],\s*\[?\s*["'`]/g, " ");
  const runners = `(?:npx|bunx|npm (?:exec|x|init|create)|(?:pnpm|yarn) (?:dlx|create)|bun x)`;
  const installers = `(?:(?:npm|pnpm|yarn|bun) (?:install|i|add|update|up|upgrade))`;
  const named = String.raw`(?<![\w/.:-])${name}(?![\w/.-]*\.tgz)(?![\w-])`;
  return [
    ...line.matchAll(new RegExp(String.raw`\b${runners}\b(?:[ \t]+-[^\s\x60]*)*[ \t]+${named}\S*`, "g")),
    ...line.matchAll(new RegExp(String.raw`\b${installers}\b[^\n\x60"';&|]*?[ \t]${named}\S*`, "g")),
    ...line.matchAll(new RegExp(String.raw`["']${name}["']: ["'\x60](?:[\^~<>=*\d]|latest|npm:)`, "g")),
  ]
    .map(([found]) => found)
    .filter((found) => !/ (?:--no-install|--no) /.test(found));
}

it.each([
  `npx ${name} init my-gate`,
  `npx --yes ${name}@0.1.0 init`,
  `npm exec -- ${name} test`,
  `pnpm dlx ${name} init`,
  `yarn dlx ${name} init`,
  `npm install ${name}`,
  `npm i --save-exact aws-cdk-lib ${name}@^0.1.0`,
  `pnpm add ${name}`,
  `spawn("npx", ["${name}", "test"])`,
  `"${name}": "^0.1.0"`,
])("the check detects a text that fetches our package by name from a registry: %s", (text) =>
  expect(fetchesOfOurName(text)).toHaveLength(1),
);

it.each([
  `npx --no-install ${name} test`,
  `spawn("npx", ["--no-install", "${name}", "test"])`,
  `npm install ./${name}-0.1.0.tgz`,
  `npm install ../gatehouse/${name}-0.1.0.tgz valibot`,
  `pnpm exec ${name} test`,
  `run \`npm install\`, then ${name} is there`,
  `"${name}": "file:vendor/${name}-0.1.0.tgz"`,
  `"${name}": "bin/${name}.mjs"`,
])("the check finds no fetch of our package from a registry in: %s", (text) => expect(fetchesOfOurName(text)).toEqual([]));

it("the package prints, documents and writes no command that fetches our package from a registry", () => {
  const found = files.flatMap((file) => fetchesOfOurName(readFileSync(join(packageRoot, file), "utf8")).map((text) => `${file}: ${text}`));
  expect(found).toEqual([]);
});

it("the package depends on the CDK's command", () => {
  expect({ ...dependencies, ...devDependencies }).toHaveProperty("aws-cdk");
});

it.each(["cli", "console", "lib", "adapters", "engine", "features", "local", "handlers", "lambda", "docs", "README.md"])(
  "texts in %s write the command as npm run gate -- wherever that script already exists",
  (place) => {
    const verbs = "init|list (?:add|remove|show|check|import|export|lint)|decisions|why|preview|approvals|simulate|conform|gate|expiry";
    const bare = new RegExp(`(?<!npx |entra-|import \\{ |/)\\bgatehouse (?:${verbs})\\b|\\bentra-gatehouse (?:${verbs})\\b`);
    const found = files
      .filter((file) => file === place || file.startsWith(`${place}/`))
      .flatMap((file) =>
        readFileSync(join(packageRoot, file), "utf8")
          .split("\n")
          // Comments that say which verb a function is.
          .filter((line) => bare.test(line) && !/^\s*(\/?\*|\/\/)/.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(found).toEqual([expect.stringContaining("npx --no-install entra-gatehouse init my-gate")].slice(0, place === "docs" ? 1 : 0));
  },
);

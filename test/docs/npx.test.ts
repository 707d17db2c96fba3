import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
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

it("finds what a text would run", () => {
  expect(packagesRunBy("npx gatehouse list; `npx -y @other/cli@2 x`, npx --yes=true cdk deploy. npx")).toEqual([
    "gatehouse",
    "@other/cli@2",
    "cdk",
  ]);
});

it("prints and documents no command that runs a stranger's package", () => {
  expect(files.length).toBeGreaterThan(300);
  const strange = files.flatMap((file) =>
    packagesRunBy(readFileSync(join(packageRoot, file), "utf8"))
      .filter((word) => !ours.includes(word))
      .map((word) => `${file}: npx ${word}`),
  );
  expect(strange).toEqual([]);
});

it("brings the CDK's command itself", () => {
  expect({ ...dependencies, ...devDependencies }).toHaveProperty("aws-cdk");
});

it.each(["cli", "console", "lib", "adapters", "engine", "local", "lambda", "docs", "README.md"])(
  "names the command in %s only as npx entra-gatehouse",
  (place) => {
    const verbs =
      "list (?:add|remove|show|check|import|export|lint)|decisions|explain|preview|approvals|person (?:export|erase)|simulate|conform|credentials";
    const bare = new RegExp(`(?<!npx |entra-|import \\{ |/)\\bgatehouse (?:${verbs})\\b|(?<!npx )\\bentra-gatehouse (?:${verbs})\\b`);
    const found = files
      .filter((file) => file === place || file.startsWith(`${place}/`))
      .flatMap((file) =>
        readFileSync(join(packageRoot, file), "utf8")
          .split("\n")
          // Comments that say which verb a function is.
          .filter((line) => bare.test(line) && !/^\s*(\/?\*|\/\/)/.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
  },
);

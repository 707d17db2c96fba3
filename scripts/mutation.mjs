// Changes engine/ and features/ by one small thing at a time and looks whether a test notices. What was measured before and has not changed
// since is not measured again: .stryker/. One process runs them all: docs/contributing/testing.md. Usage: npm run mutation [-- PLACE ...], a folder or a
// file each (features/limit/rule).

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Stryker } from "@stryker-mutator/core";

/** Lists of words and of rules: a mutant there is another wording. */
const words = [..."approval,catalogue,de,en,es,fr,identity,ja,ko,mail,pt-br,values,zh-hans".split(",").map((name) => `messages/${name}`)];
/** Suites that start a database, a server or another process, read the docs, mock a module, or need Vitest's own process. */
const byName = /registry\.test\.ts$|\.(property|fuzz|runtimes|walk)\.test\.ts$/;
const byText =
  /\/(support\/(dynamodb|synth|users-node|rotation-world|local-database|lambda-runtime)|(cli|console)\/support|(doctor|smoke)\/\w+|stand-ins\/.*)"|vi\.(mock|stubEnv)\(|InlineSnapshot/;
const own = ["test/engine", "test/features"].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
);
const isMeasured = (name) => name.endsWith(".test.ts") && !byName.test(name) && !byText.test(readFileSync(name, "utf8"));
/** The last two hold promises of the engine that none of its own suites repeats. */
const suites = [...own.filter(isMeasured).sort(), "test/events/schema.test.ts", "test/lambda/audit-changes.test.ts"];

const asked = process.argv.slice(2);
const filesAt = (place) => (existsSync(`${place}.ts`) ? `${place}.ts` : `${place}/**/*.ts`);
/** Parts of a feature that reach outside or hold words: not measured. */
const others = "{about,reasons,texts,store,client,worker,stack,pages,verbs,standin}";
const mutate =
  asked.length > 0 ? asked.map(filesAt) : ["engine/**/*.ts", "features/*/**/*.ts", `!features/*/${others}.ts`, `!features/*/${others}/**`];
const leftOut = join(process.cwd(), ".stryker", "left-out.txt");
rmSync(leftOut, { force: true });
await new Stryker({
  testRunner: "in-process",
  // Two options of the runner's own.
  warnings: { unknownOptions: false },
  leftOut,
  plugins: [join(process.cwd(), "test/support/mutation-runner.mjs")],
  suites,
  coverageAnalysis: "perTest",
  mutate: [...mutate, ...words.map((name) => `!engine/${name}.ts`)],
  // Nothing in the copy is compiled, and Stryker would rewrite tsconfig.json by an API that TypeScript 7 has no more.
  disableTypeChecks: false,
  tsconfigFile: "none.json",
  ignorePatterns: ["cdk.out", "dist", ".local", ".local-test*", ".docs-code-*", "coverage", "docs/images"],
  // For loops without an end, which count as noticed; a test that waits for nothing is ended by the runner, much earlier.
  timeoutMS: 15_000,
  timeoutFactor: 0.1,
  // All suites once take one minute, on a busy machine many.
  dryRunTimeoutMinutes: 30,
  // A mutant of what a module does when it is loaded would cost a run of everything.
  ignoreStatic: true,
  concurrency: 1,
  // The suites take half of it; a mutant that gathers without end is over sooner.
  testRunnerNodeArgs: ["--max-old-space-size=1500"],
  incremental: true,
  incrementalFile: ".stryker/engine.json",
  tempDirName: ".stryker/copy",
  reporters: ["clear-text", "progress-append-only", "html"],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: ".stryker/engine.html" },
}).runMutationTest();
if (existsSync(leftOut)) {
  // Every process that Stryker starts adds its own.
  const names = new Set(readFileSync(leftOut, "utf8").split("\n"));
  console.log(`Left out, as they fail without a mutant:\n${[...names].join("\n")}`);
}

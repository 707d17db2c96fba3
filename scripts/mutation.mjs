// Makes one small change (a mutant) at a time in engine/ and features/, and checks that a test fails: docs/contributing/testing.md. Caches
// results of unchanged code in .stryker/. Usage: npm run mutation [-- PLACE ...]; each PLACE is a folder or a file.

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Stryker } from "@stryker-mutator/core";

/** Files of engine/ that contain only words. They are left out, because a mutant would only change the wording. */
const words = [..."approval,catalogue,de,en,es,fr,identity,ja,ko,mail,pt-br,values,zh-hans".split(",").map((name) => `messages/${name}`)];
/** Suites left out: they start a database, server or process, read the docs, mock a module, or need Vitest's own process. */
const byName = /registry\.test\.ts$|\.(property|fuzz|runtimes|walk)\.test\.ts$/;
const byText =
  /\/(support\/(dynamodb|synth|users-node|rotation-world|local-database|lambda-runtime)|(cli|console)\/support|(doctor|smoke)\/\w+|stand-ins\/.*)"|vi\.(mock|stubEnv)\(|InlineSnapshot/;
const own = ["test/engine", "test/features"].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
);
/** The suites to run. The last two suites test promises of the engine that the engine's own suites do not test. */
const suites = [
  ...own.filter((name) => name.endsWith(".test.ts") && !byName.test(name) && !byText.test(readFileSync(name, "utf8"))).sort(),
  "test/events/schema.test.ts",
  "test/lambda/audit-changes.test.ts",
];

const asked = process.argv.slice(2);
/** Parts of a feature that contain I/O or words. They are not measured. */
const others = "{about,reasons,texts,rows,mails,store,client,worker,stack,pages,verbs,local}";
const mutate =
  asked.length > 0
    ? asked.map((place) => (existsSync(`${place}.ts`) ? `${place}.ts` : `${place}/**/*.ts`))
    : ["engine/**/*.ts", "features/*/**/*.ts", `!features/*/${others}.ts`, `!features/*/${others}/**`];
const leftOut = join(process.cwd(), ".stryker", "left-out.txt");
rmSync(leftOut, { force: true });
await new Stryker({
  testRunner: "in-process",
  // Turns off the warning about unknown options. Stryker does not know `leftOut` and `suites`, which only the runner uses.
  warnings: { unknownOptions: false },
  leftOut,
  plugins: [join(process.cwd(), "test/support/mutation-runner.mjs")],
  suites,
  coverageAnalysis: "perTest",
  mutate: [...mutate, ...words.map((name) => `!engine/${name}.ts`)],
  // Stryker's copy of the project is not compiled, so type checks can stay. The file none.json does not exist. With tsconfig.json, Stryker
  // would rewrite the file with an API that TypeScript 7 lacks.
  disableTypeChecks: false,
  tsconfigFile: "none.json",
  ignorePatterns: ["cdk.out", "dist", ".local", ".local-test*", ".docs-code-*", "coverage", "docs/images"],
  // A mutant that loops without end counts as detected after this time. The runner's limit for a test that only waits is much shorter.
  timeoutMS: 15_000,
  timeoutFactor: 0.1,
  // All suites take one minute. On a busy machine they take many minutes.
  dryRunTimeoutMinutes: 30,
  // Leaves out mutants in code that runs as a module loads, because they would need all suites.
  ignoreStatic: true,
  concurrency: 1,
  // Memory in megabytes. The suites need half of it. A mutant that allocates memory without end fails at this limit.
  testRunnerNodeArgs: ["--max-old-space-size=1500"],
  incremental: true,
  incrementalFile: ".stryker/engine.json",
  tempDirName: ".stryker/copy",
  reporters: ["clear-text", "progress-append-only", "html"],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: ".stryker/engine.html" },
}).runMutationTest();
if (existsSync(leftOut)) {
  // Several Stryker processes may have written the same line, so repeated lines are removed.
  const names = new Set(readFileSync(leftOut, "utf8").split("\n"));
  console.log(`Left out, as they fail without a mutant:\n${[...names].join("\n")}`);
}

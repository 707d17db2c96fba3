// Makes one small change at a time in engine/ and features/, and checks that a test fails. Results are cached in .stryker/, and unchanged
// code is not measured again. All mutants run in one process: docs/contributing/testing.md. Usage: npm run mutation [-- PLACE ...]; each
// PLACE is a folder or a file, such as features/limit/rule.

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Stryker } from "@stryker-mutator/core";

/** Lists of words and of rules. A mutant there is only another wording. */
const words = [..."approval,catalogue,de,en,es,fr,identity,ja,ko,mail,pt-br,values,zh-hans".split(",").map((name) => `messages/${name}`)];
/**
 * Names of suites that are left out: they start a database, a server or another process, read the docs, mock a module, or need Vitest's own
 * process.
 */
const byName = /registry\.test\.ts$|\.(property|fuzz|runtimes|walk)\.test\.ts$/;
const byText =
  /\/(support\/(dynamodb|synth|users-node|rotation-world|local-database|lambda-runtime)|(cli|console)\/support|(doctor|smoke)\/\w+|stand-ins\/.*)"|vi\.(mock|stubEnv)\(|InlineSnapshot/;
const own = ["test/engine", "test/features"].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
);
const isMeasured = (name) => name.endsWith(".test.ts") && !byName.test(name) && !byText.test(readFileSync(name, "utf8"));
/** The suites to run. The last two suites test promises of the engine that the engine's own suites do not test. */
const suites = [...own.filter(isMeasured).sort(), "test/events/schema.test.ts", "test/lambda/audit-changes.test.ts"];

const asked = process.argv.slice(2);
const filesAt = (place) => (existsSync(`${place}.ts`) ? `${place}.ts` : `${place}/**/*.ts`);
/** Parts of a feature with I/O or words, which are not measured. */
const others = "{about,reasons,texts,rows,mails,store,client,worker,stack,pages,verbs,local}";
const mutate =
  asked.length > 0 ? asked.map(filesAt) : ["engine/**/*.ts", "features/*/**/*.ts", `!features/*/${others}.ts`, `!features/*/${others}/**`];
const leftOut = join(process.cwd(), ".stryker", "left-out.txt");
rmSync(leftOut, { force: true });
await new Stryker({
  testRunner: "in-process",
  // Stryker does not know two options of the runner.
  warnings: { unknownOptions: false },
  leftOut,
  plugins: [join(process.cwd(), "test/support/mutation-runner.mjs")],
  suites,
  coverageAnalysis: "perTest",
  mutate: [...mutate, ...words.map((name) => `!engine/${name}.ts`)],
  // The copy is not compiled, and Stryker would rewrite tsconfig.json with an API that TypeScript 7 lacks.
  disableTypeChecks: false,
  tsconfigFile: "none.json",
  ignorePatterns: ["cdk.out", "dist", ".local", ".local-test*", ".docs-code-*", "coverage", "docs/images"],
  // Ends endless loops, which count as detected. For a test that waits for nothing, the runner has a much shorter limit.
  timeoutMS: 15_000,
  timeoutFactor: 0.1,
  // All suites take one minute, but many on a busy machine.
  dryRunTimeoutMinutes: 30,
  // Leaves out mutants in code that runs as a module loads, because they would need all suites.
  ignoreStatic: true,
  concurrency: 1,
  // The suites need half of this memory; a mutant that allocates without end fails sooner.
  testRunnerNodeArgs: ["--max-old-space-size=1500"],
  incremental: true,
  incrementalFile: ".stryker/engine.json",
  tempDirName: ".stryker/copy",
  reporters: ["clear-text", "progress-append-only", "html"],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: ".stryker/engine.html" },
}).runMutationTest();
if (existsSync(leftOut)) {
  // Every Stryker process adds its own lines.
  const names = new Set(readFileSync(leftOut, "utf8").split("\n"));
  console.log(`Left out, as they fail without a mutant:\n${[...names].join("\n")}`);
}

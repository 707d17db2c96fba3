// Changes engine/ by one small thing at a time and looks whether a test notices. What was measured before and has not changed
// since is not measured again: .stryker/. Usage: npm run mutation [-- FOLDER ...], a folder of engine/ each, or "engine" for the
// files that lie in it directly.

import { Stryker } from "@stryker-mutator/core";

const allFolders = ["engine", "sign-up", "rules", "protocols", "approvals", "access-list", "messages"];
const filesOf = (folder) => (folder === "engine" ? "*" : `${folder}/**/*`);
/** Lists of words and of rules: a mutant there is another wording. */
const words = [
  "rules/registry",
  ..."approval,catalogue,de,en,es,fr,identity,ja,ko,mail,meanings,pt-br,values,zh-hans".split(",").map((name) => `messages/${name}`),
];

const asked = process.argv.slice(2);
for (const folder of asked.length > 0 ? asked : allFolders) {
  // A folder is held by the suites that mirror it: a mutant costs a run of all that reach it.
  process.env.MUTATION_SUITES = `test/engine/${filesOf(folder)}.test.ts`;
  await new Stryker({
    testRunner: "vitest",
    vitest: { configFile: "test/support/mutation.config.mjs" },
    coverageAnalysis: "perTest",
    mutate: [`engine/${filesOf(folder)}.ts`, ...words.map((name) => `!engine/${name}.ts`)],
    // Stryker would rewrite tsconfig.json by an API that TypeScript 7 has no more. Nothing in its copy reads it.
    ignorePatterns: ["tsconfig.json", "cdk.out", "dist", ".local", ".local-test*", ".docs-code-*", "coverage", "docs/images"],
    // Long enough for a busy machine: what times out counts as noticed.
    timeoutMS: 20_000,
    // A mutant of what a module does when it is loaded would cost a run of everything.
    ignoreStatic: true,
    concurrency: 1,
    incremental: true,
    incrementalFile: `.stryker/${folder}.json`,
    tempDirName: ".stryker/copy",
    reporters: ["clear-text", "progress-append-only", "html"],
    clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `.stryker/${folder}.html` },
  }).runMutationTest();
}

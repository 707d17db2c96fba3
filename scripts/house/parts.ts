/**
 * Which files make a part of the house: the kernel, what features stand on, and each feature. A pattern is a path without its
 * suffix; `*` stands for any text within a folder, `**` for any. The longest pattern that fits a file names its part.
 *
 * The list shrinks as features move to `features/NAME/`, which need no line here.
 */
export const parts: Readonly<Record<string, readonly string[]>> = {
  // Knows no feature.
  kernel: [
    "engine/**",
    "engine/sign-up/**",
    "engine/rules/{ask-source,attribute,ledger}",
    "engine/protocols/**",
    "engine/messages/{schema,values,rule-texts,catalogue,index,own-reasons,reason-words}",
    "engine/messages/{de,en,es,fr,ja,ko,pt-br,zh-hans}",
  ],
  platform: [
    "engine/files/**",
    "adapters/*",
    "adapters/aws/**",
    "adapters/http/**",
    "adapters/vendors/**",
    "adapters/dns/exchanges",
    "adapters/tables/**",
    "adapters/graph/**",
    "adapters/mail/**",
    "lambda/policy.d",
    "{handlers,lambda}/stream-relay",
  ],
  "cdk-frame": ["lib/**", "bin/**", "index"],
  "console-frame": ["console/**", "lib/console/console", "lambda/console", "handlers/console"],
  "cli-frame": ["cli/*", "cli/aws/**", "cli/graph/**", "cli/target/**", "cli/long-tasks/**", "cli/completion/**"],
  "sign-up": [
    "handlers/{sign-up,authorizer}",
    "handlers/step/**",
    "lambda/{after-sign-in,before-create-user,before-sending-token,authorizer}",
    "lib/sign-up/**",
  ],
  development: ["local/**", "scripts/**", "bench/**", "vitest.config"],
  // Features.
  "one-account": ["lambda/token-issuance-start-directory"],
  shadow: ["lambda/shadow-*"],
  tasks: ["engine/tasks/**", "adapters/tables/tasks", "console/parts/tasks"],
  "external-tenant": ["handlers/extension", "lambda/{attribute-collection-*,token-issuance-start}"],
  approvals: ["handlers/mail-decisions"],
  entra: ["local/stand-ins/graph/**"],
  conform: ["simulator/conformance/**"],
  counterexamples: ["local/counterexamples/**"],
  cases: ["local/cases/**"],
  simulator: ["simulator/**", "local/run/user-flows"],
  workbench: ["local/workbench/**"],
  "first-policy": ["local/first-policy/**"],
};

/** Parts that are to know no feature. What knows one all the same is counted. */
export const foundation: readonly string[] = ["kernel", "platform", "cdk-frame", "console-frame", "cli-frame", "sign-up"];

/** No part of the product: they may know every feature, and no feature may know them. */
export const outside: readonly string[] = ["development"];

/** Lists of features, a line each: the files that may name them all. */
export const registries: readonly string[] = [
  "index.ts",
  "lib/index.ts",
  "lib/features.ts",
  "lib/policy-features.ts",
  "bin/cdk.ts",
  "cli/main.ts",
  "local/case-features.ts",
  "local/data/csv-tables.ts",
  "local/data/sample-trails.ts",
  "local/run/pages.ts",
  "local/run/parts.ts",
  "local/stand-ins/vendors.ts",
  "local/terminal/example-calls.ts",
  "cli/other-codes.ts",
  "cli/edit-preview.ts",
  "cli/typed-rows.ts",
  "console/features.ts",
  "console/mail-answers.ts",
  "features/after-answers.ts",
  "features/command-json.ts",
  "features/dialects.ts",
  "features/reasons.ts",
  "features/stopping.ts",
  "features/step-entries.ts",
  "features/rules.ts",
  "features/rule-texts.ts",
  "features/counting-rows.ts",
  "features/no-step-needs.ts",
  "features/step-needs.ts",
  "features/account-notes.ts",
  "features/first-tokens.ts",
  "features/kept-changes.ts",
  "features/row-kinds.ts",
  "features/event-kinds.ts",
  "features/event-facts.ts",
  "features/mail-kinds.ts",
  "features/mail-texts.ts",
];

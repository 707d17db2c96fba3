/**
 * The files of each part: the kernel, the layers below features, and each feature. A pattern is a path without extension; `*` matches any
 * text within a folder, `**` any text. The longest matching pattern decides a file's part.
 *
 * The list shrinks as features move to `features/NAME/`, which need no line here.
 */
export const parts: Readonly<Record<string, readonly string[]>> = {
  // Depends on no feature.
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

/** Parts that must not import features. Existing imports are counted. */
export const foundation: readonly string[] = ["kernel", "platform", "cdk-frame", "console-frame", "cli-frame", "sign-up"];

/** Not part of the product: it may import every feature, and no feature may import it. */
export const outside: readonly string[] = ["development"];

/** Lists of features, a line each: files that may import them all. */
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
  "features/row-kinds.ts",
  "features/event-kinds.ts",
  "features/event-facts.ts",
  "features/mail-kinds.ts",
  "features/mail-texts.ts",
];

import { LISTS, surfaces } from "../lists/surfaces";

/**
 * The other layers that each layer's files may import. Outside features/, a layer is a top folder. In features/, a file or folder with a
 * layer's name is in that layer, all else in `rule` (ARCHITECTURE.md).
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  adapters: ["engine"],
  console: ["engine", "adapters", "rule", "store", "client", "pages"],
  handlers: ["engine", "adapters", "console", "rule", "store", "client", "acts", "views", "world"],
  lambda: ["engine", "adapters", "console", "handlers", "rule", "store", "client", "worker"],
  lib: ["engine", "adapters", "console", "handlers", "lambda", "rule", "store", "client", "stack"],
  simulator: ["engine", "rule"],
  local: ["engine", "adapters", "console", "handlers", "lambda", "lib", "simulator", "rule", "store", "client", "*.local", "*.cases"],
  cli: ["engine", "adapters", "console", "lib", "simulator", "local", "rule", "store", "client", "stack", "verbs"],
  bin: ["lib", "cli"],
  "index.ts": ["engine", "adapters", "rule", "client"],
  policy: [],
  samples: [],
  rule: ["engine"],
  store: ["engine", "adapters", "rule", "client", "worker"],
  client: ["engine", "adapters", "rule", "store", "worker"],
  worker: ["engine", "adapters", "rule", "store", "client", "acts", "views", "jobs", "world"],
  world: ["engine", "adapters", "rule", "store", "client"],
  acts: ["engine", "adapters", "rule", "store", "client", "world"],
  views: ["engine", "adapters", "rule", "store", "client", "world"],
  jobs: ["engine", "adapters", "rule", "store", "client", "acts", "views", "world"],
  "*.lambda": ["engine", "adapters", "handlers", "rule", "store", "client", "worker", "acts", "views", "world"],
  stack: ["engine", "adapters", "lib", "rule", "store", "client"],
  pages: ["engine", "adapters", "console", "rule", "store", "client", "acts", "views", "jobs", "world"],
  verbs: [
    "engine",
    "adapters",
    "console",
    "cli",
    "lib",
    "simulator",
    "local",
    "rule",
    "store",
    "client",
    "acts",
    "views",
    "jobs",
    "world",
    "stack",
  ],
  "*.local": ["engine", "adapters", "local", "rule", "store", "client", "worker", "*.cases"],
  "*.cases": ["engine", "adapters", "local", "rule", "store", "client", "worker", "*.local"],
};

/** How many pages and verbs of a feature may reach rows or clients themselves. The numbers only become smaller. */
export const facesOnRows: Readonly<Record<string, number>> = {
  // These operate AWS or Graph.
  backup: 9,
  deploy: 1,
  doctor: 6,
  entra: 25,
  rotation: 4,
  smoke: 2,
  standby: 1,
  // What these offer is still written in their pages and verbs.
  "access-list": 23,
  accounts: 1,
  approvals: 9,
  audit: 6,
  counts: 1,
  decisions: 8,
  domains: 2,
  expiry: 6,
  explain: 1,
  inbox: 3,
  incidents: 3,
  partners: 5,
  "permitted-value": 2,
  person: 6,
  posture: 1,
  preview: 5,
  profiles: 2,
  "reference-data": 5,
  tasks: 1,
  terms: 2,
  unfinished: 1,
};

/** Top folders and files that may import everything. */
export const uncheckedFolders: readonly string[] = ["bench", "docs", "findings", "scripts", "test", "vitest.config.mjs"];

/** Layers of code that users write. Their files import the package by its name. */
export const users: readonly string[] = ["policy", "samples"];

/** Layers of the generated lists, and of those files directly in features/ that are not in the layer `rule`. */
export const listLayers: Readonly<Record<string, string>> = {
  ...Object.fromEntries(surfaces.map(({ list, layer }) => [`${LISTS}/${list}.ts`, layer])),
  "features/no-step-needs.ts": "client",
  "features/row-kinds.ts": "store",
  "features/step-needs.ts": "client",
};

/** Lists outside features/. Each of these files imports features, one a line. */
export const lists: readonly string[] = [
  "bin/cdk.ts",
  "index.ts",
  "lib/features.ts",
  "lib/index.ts",
  "local/run/lasting.ts",
  "local/run/run.ts",
  "local/terminal/sample-calls.ts",
];

/** Files that name a feature. A person who deletes the feature edits these files by hand. */
export const editedByHand: Readonly<Record<string, string>> = {
  "features/step-needs.ts": "shadow",
  "local/run/lasting.ts": "workbench",
  "local/run/run.ts": "workbench",
  "local/terminal/sample-calls.ts": "cases",
};

/** Beginnings of paths outside `features/` that belong to a feature. If several fit a path, the longest one counts. */
export const elsewhere: Readonly<Record<string, string>> = {
  "adapters/tables/tasks.ts": "tasks",
  "console/parts/tasks.": "tasks",
  "engine/tasks/": "tasks",
  "handlers/extension.ts": "external-tenant",
  "handlers/mail-decisions.ts": "approvals",
  "lambda/attribute-collection-": "external-tenant",
  "lambda/shadow-": "shadow",
  "lambda/token-issuance-start-directory.ts": "one-account",
  "lambda/token-issuance-start.ts": "external-tenant",
  "local/cases/": "cases",
  "local/counterexamples/": "counterexamples",
  "local/first-policy/": "first-policy",
  "local/pages/": "workbench",
  "local/run/user-flows.ts": "workbench",
  "local/stand-ins/graph/": "entra",
  "local/workbench/": "workbench",
  "simulator/": "simulator",
};

import { act, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 64,
    name: "deploy",
    topic: "Ship",
    summary: "take the app into your AWS account, step by step",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  {
    ...act("deploy", stack, { ledger: "GetItem PutItem", "the account": "ListTables" }),
    // `deploy` runs these commands, besides the CDK.
    runs: ["doctor", "secrets set", "list allow", "entra apply", "smoke"],
  },
];

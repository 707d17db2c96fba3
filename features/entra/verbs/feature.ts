import { act, credentials, decisions, graphRoles, signIn } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 68,
    name: "entra",
    topic: "Ship",
    summary: "set up and check Entra's API connectors, and their credentials",
    about:
      "Plans, makes and checks what Entra needs to call the gates. entra credentials shows and changes the password that it calls with.",
    load: async () => ({ register: (await import("./commands")).registerSetUp }),
  },
  {
    order: 90,
    within: "entra",
    load: async () => ({ register: (await import("./commands")).registerFilesAndRemoval }),
  },
] satisfies readonly Verb[];

export const permissions = [
  // The option --since compares Entra's log with the decisions and stores the result for the console.
  act("entra check", ...credentials, decisions, signIn, ...graphRoles, { ledger: "PutItem" }),
  act("entra plan, entra apply", ...credentials, signIn, ...graphRoles),
  act("entra pull, entra types, entra remove", ...credentials, signIn),
];

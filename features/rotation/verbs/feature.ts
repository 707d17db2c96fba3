import { act, credentials, signIn } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 10,
    within: "entra",
    load: async () => ({ register: (await import("./commands")).registerRotate }),
  },
  {
    order: 20,
    within: "entra",
    name: "credentials",
    summary: "user name and password of Entra's API connectors",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  act("entra credentials show", ...credentials),
  act("entra credentials rotate, entra credentials revoke, entra rotate", ...credentials, signIn, {
    "the credentials": "secretsmanager: PutSecretValue UpdateSecretVersionStage",
  }),
];

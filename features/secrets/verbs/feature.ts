import { act, look, resources, secretsRead, secretsSeen } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 72,
    name: "secrets",
    topic: "Ship",
    summary: "fill in the stack's secrets, without showing them",
    about: "Shows which secrets the stack waits for, and reads their values without showing them.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("secrets list", resources, secretsSeen),
  // Reads the secret, because members that nobody types keep their values.
  act("secrets set", resources, secretsSeen, secretsRead, { "all secrets of the stack": "secretsmanager: PutSecretValue" }),
];

import { act, credentials, signIn } from "../../../cli/permissions";

export const permissions = [
  act("entra credentials show", ...credentials),
  act("entra credentials rotate, entra credentials revoke, entra rotate", ...credentials, signIn, {
    "the credentials": "secretsmanager: PutSecretValue UpdateSecretVersionStage",
  }),
];

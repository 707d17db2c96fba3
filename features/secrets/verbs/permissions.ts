import { act, look, resources, secretsRead, secretsSeen } from "../../../cli/permissions";

export const permissions = [
  look("secrets list", resources, secretsSeen),
  // A member that is not typed keeps its value.
  act("secrets set", resources, secretsSeen, secretsRead, { "all secrets of the stack": "secretsmanager: PutSecretValue" }),
];

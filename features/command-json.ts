import { deployCommandJson } from "./deploy/verbs/json";
import { entraCommandJson } from "./entra/verbs/json";
import { codeCommandJson } from "./permitted-value/verbs/json";
import { gateCommandJson } from "./posture/verbs/json";
import { secretsCommandJson } from "./secrets/verbs/json";

/** What commands print with --json, by their words: docs/schemas/commands.json. A command that is not here has no published form yet. */
export const commandJson = {
  ...gateCommandJson,
  ...codeCommandJson,
  ...entraCommandJson,
  ...secretsCommandJson,
  ...deployCommandJson,
} as const;

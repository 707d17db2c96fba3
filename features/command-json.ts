import { codeJson } from "./permitted-value/verbs/json";
import { gateJson } from "./posture/verbs/json";

/** What commands print with --json, by their words: docs/schemas/commands.json. A command that is not here has no published form yet. */
export const commandJson = {
  "gate approval": gateJson,
  "gate closed": gateJson,
  "gate listed": gateJson,
  "gate open": gateJson,
  "gate show": gateJson,
  "invite codes list": codeJson,
} as const;

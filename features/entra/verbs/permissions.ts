import { act, credentials, decisions, signIn } from "../../../cli/permissions";

export const permissions = [
  // With --since it compares Entra's log with the decisions, and stores the result for the console.
  act("entra check", ...credentials, decisions, signIn, { ledger: "PutItem" }),
  act("entra plan, entra apply, entra pull, entra types, entra remove", ...credentials, signIn),
];

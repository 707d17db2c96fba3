import { act, audited, caller, decisions, listEdits, look, signIn, stack } from "../../../cli/permissions";

export const permissions = [
  act("incident select", stack, decisions, caller, { listChanges: "PutItem Query UpdateItem" }),
  // Journeys: an account is found by their keyed hash.
  act("incident act, incident confirm, incident undo", stack, decisions, audited, signIn, listEdits, { ledger: "GetItem" }),
  look("incident show", stack, decisions, { listChanges: "GetItem Query" }),
];

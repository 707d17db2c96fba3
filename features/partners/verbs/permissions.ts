import { act, audited, look, stack } from "../../../cli/permissions";

export const permissions = [
  look("partners list", stack, { decisions: "Query", "accessList indexes": "Scan" }),
  look("partners show", stack, { decisions: "BatchGetItem" }),
  // Ends entries of a lapsed or removed partner's contacts.
  act("partners add, partners check, partners remove", stack, audited, {
    decisions: "BatchGetItem DeleteItem PutItem Query",
    accessList: "BatchGetItem UpdateItem",
    "accessList indexes": "Query",
  }),
];

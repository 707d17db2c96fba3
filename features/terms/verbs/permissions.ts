import { look, personKey, stack } from "../../../cli/permissions";

export const permissions = [
  look("audit terms proof", stack, personKey, { ledger: "GetItem" }),
  look("audit terms check", stack, { ledger: "GetItem" }),
];

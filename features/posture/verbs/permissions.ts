import { act, audited, look, stack } from "../../../cli/permissions";

export const permissions = [
  look("gate, gate show", stack, { decisions: "Query" }),
  act("gate open, gate approval, gate listed, gate closed", stack, audited, { decisions: "BatchGetItem PutItem" }),
];

import { act, approvals, look, personKey, stack, warnings } from "../../../cli/permissions";

export const permissions = [
  look("invite list", stack, approvals),
  act("invite, invite send, invite resend, invite extend, invite transfer", stack, personKey, approvals, warnings, {
    approvals: "PutItem",
  }),
  act("invite oldest", stack, approvals, warnings, { approvals: "PutItem" }),
  act("invite revoke", stack, approvals, { approvals: "PutItem" }),
];

import { act, approvals, look, offer, personKey, progress, stack, warnings } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 28,
    name: "invite",
    topic: "People",
    summary: "invite people to sign up, let in the waiting list, make codes",
    about:
      "Invites people to sign up, by mail or by codes that you hand out. It also lets in people from the waiting list, and makes codes that name nobody.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("invite list", stack, personKey, approvals, { ledger: "BatchGetItem", listChanges: "BatchGetItem Query" }),
  act("invite, invite send, invite resend, invite extend, invite transfer", stack, personKey, progress, offer("invitations.invite")),
  act("invite undo", stack, progress, offer("invitations.take-back")),
  look("invite jobs", stack, { listChanges: "GetItem Query" }),
  act("invite oldest", stack, approvals, warnings, { approvals: "PutItem" }),
  act("invite revoke", stack, offer("invitations.revoke"), { "approvals indexes": "Query" }),
];

import * as v from "valibot";
import { anyText, createChoiceSchema, createListSchema, flag, oneOfMore, time, wholeNumber, withMeaning } from "../../../engine/fields";
import { mailStates } from "../../../engine/mail/mail-line";
import { approvalRequest, states } from "../request";

export const mailJson = v.object({
  id: anyText("SES's message id; of a mail that is not sent, the event's."),
  kind: anyText("The kind of mail, such as invited."),
  state: createChoiceSchema(mailStates, "What became of it."),
  at: time("Since when."),
  sentAt: time("When SES took it, or when it was to be sent."),
  why: v.optional(anyText("SES's codes, such as Permanent/General.")),
});

/** The member of a row that mails are about. */
export const mailsJson = v.optional(createListSchema(mailJson, "Mails of the last 30 days about it, the oldest first."));

/** A request, without internal fields and without the secrets that would accept an invitation. */
export const requestJson = v.object({
  ...v.omit(approvalRequest, ["turn", "call", "lease", "mailSecrets"]).entries,
  account: v.optional(v.object({ id: anyText("The account's object id in Entra.") })),
  owner: v.optional(anyText("The operator who has it.")),
  snoozedUntil: v.optional(time("Until then it is snoozed in the console.")),
  mails: mailsJson,
  invitation: v.optional(v.object({ sentAt: time("When it was sent last."), sponsor: v.optional(anyText()) })),
});

export const doneJson = v.object({
  id: anyText(),
  reference: anyText("Its code."),
  email: anyText(),
  ok: flag("Whether it was done."),
  state: v.optional(oneOfMore(states, "")),
  why: v.optional(anyText("Why not.")),
  decision: v.optional(withMeaning(v.looseObject({ verdict: v.string() }), "The decision that stands.")),
  message: anyText("The same in words."),
});

const delegation = { from: anyText("The approver."), to: anyText("Who decides in their place."), until: time() };

export const json = {
  "approvals list": requestJson,
  "approvals show": v.object({ ...requestJson.entries, decisions: createListSchema(anyText(), "Codes of the decisions behind it.") }),
  "approvals approve": doneJson,
  "approvals deny": doneJson,
  "approvals deny-domain": v.strictObject({
    domain: anyText(),
    dryRun: v.optional(v.literal(true)),
    changeSet: v.optional(anyText("The change set: list revert takes it back. Absent with --dry-run.")),
    denied: wholeNumber("How many requests it denied, or would deny."),
    left: wholeNumber("How many somebody else decided on meanwhile."),
    requests: v.optional(createListSchema(anyText(), "With --dry-run: codes of the requests that it would deny.")),
  }),
  "approvals reopen": doneJson,
  "approvals retry": doneJson,
  "approvals reassign": doneJson,
  "approvals remind": doneJson,
  "approvals delegations": v.strictObject({
    ...delegation,
    since: v.optional(time()),
    own: v.optional(flag("The approver gave it in the console.")),
  }),
  "approvals delegate": v.strictObject(delegation),
  "approvals undelegate": v.strictObject({ from: delegation.from, ended: v.literal(true) }),
} as const;

import * as v from "valibot";
import { guestPolicySources } from "../../../engine/directory-account";
import { anyText, createListSchema, flag, oneOfMore, time, wholeNumber } from "../../../engine/fields";
import { accountRow, accountStates, endReasons } from "../../accounts/account";
import { mailsJson } from "../../approvals/verbs/json";
import { peopleJobJson } from "../../people-jobs/verbs/job-json";

const accountJson = v.object({ ...v.omit(accountRow, ["renewalLink"]).entries, mails: mailsJson });
const changedJson = v.strictObject({
  id: anyText("The account's object id in Entra."),
  email: anyText(),
  state: oneOfMore(accountStates, ""),
  until: v.optional(time("When access ends. Absent: never.")),
  sponsor: v.optional(anyText("The sponsor, if the act named one.")),
});
const guestPolicyJson = v.strictObject({
  name: anyText(),
  source: oneOfMore(guestPolicySources, "Who made it: the tenant's owner, or Microsoft."),
  asksSponsors: flag("It asks sponsors whether their guests still need access."),
});
const runJson = v.strictObject({
  at: time("When it began."),
  state: oneOfMore(["waiting", "running", "done"], ""),
  why: v.optional(oneOfMore(["many", "clock", "gone"], "Why it waits, or waited, for a person.")),
  confirmedBy: v.optional(anyText()),
  endedBy: v.optional(createListSchema(anyText(), "Who ended all of this access early: none of them confirms it.")),
  toDisable: wholeNumber("Accounts to disable."),
  toDelete: wholeNumber("Accounts to delete."),
  inForce: wholeNumber("Accounts whose access has an end."),
  reminded: wholeNumber(),
  disabled: wholeNumber(),
  deleted: wholeNumber(),
  skipped: wholeNumber("Left alone, with a reason in their history."),
  sponsorLost: v.optional(wholeNumber("Accounts whose sponsor cannot be asked.")),
  attempts: v.optional(wholeNumber("Accounts with attempts to sign in, of which no success is known for the days of `idle`.")),
  failed: v.optional(anyText("Graph's answer at which it stopped.")),
  guestPolicies: v.optional(
    v.union([
      v.pipe(v.literal("unknown"), v.description("Graph did not say which of Entra's own policies for guests are on.")),
      createListSchema(guestPolicyJson, "Entra's own policies for guests that were on."),
    ]),
  ),
  stepsBack: v.optional(flag("In a run of an earlier version: it ended nothing, because the tenant had a policy for guests.")),
  guestPolicy: v.optional(oneOfMore(guestPolicySources, "Who made that policy: the tenant's owner, or Microsoft.")),
});

export const json = {
  "expiry list": accountJson,
  "expiry show": accountJson,
  "expiry due": v.strictObject({
    id: anyText("The account's object id in Entra."),
    email: anyText(),
    until: v.optional(time()),
    due: oneOfMore(["remind", "disable", "delete"], "What the next run does."),
    reason: v.optional(oneOfMore(endReasons, "Why access ends before its day.")),
  }),
  "expiry runs": runJson,
  "expiry confirm": v.union([runJson, v.strictObject({ forgotten: createListSchema(runJson, "Runs that a wrong clock dated ahead.") })]),
  "expiry extend": changedJson,
  "expiry renew": changedJson,
  "expiry end": v.union([changedJson, peopleJobJson]),
  "expiry sponsor": v.union([changedJson, peopleJobJson]),
  "expiry undo": peopleJobJson,
  "expiry jobs": peopleJobJson,
  "expiry adopt": v.object({
    email: anyText(),
    reference: anyText("The code of the decision."),
    outcome: anyText("What became of it."),
    gate: v.optional(anyText()),
    id: v.optional(anyText("The account's object id in Entra.")),
    until: v.optional(time()),
    why: v.optional(anyText("Why it was left alone.")),
  }),
} as const;

import * as v from "valibot";
import { anyText, createChoiceSchema, createListSchema, oneOfMore, time, wholeNumber, withMeaning } from "../../../engine/fields";
import { doorStates } from "./doors/door";

const tenant = v.optional(anyText("The tenant, where the command or entra.ts names it."));
const needs = v.optional(createListSchema(anyText(), "Permissions in Graph that are missing, so that it could not be checked."));

const findingJson = v.strictObject({
  flow: v.optional(anyText("The user flow; absent for what was found in Entra's log.")),
  gate: v.optional(anyText("Its gate; absent for the one without a name.")),
  tenant,
  finding: anyText("How the tenant differs from what the gate needs."),
  fix: anyText("What to do about it."),
  needs,
});

/** A line that `entra check --doors --json` prints. */
const doorJson = v.strictObject({
  tenant,
  door: anyText("A way to get an account."),
  state: oneOfMore(doorStates, "`open`: it gives accounts that the gate does not judge."),
  seen: anyText("What Graph tells of it."),
  needs,
  close: anyText("How to close it."),
});

/** A sign-up that did not end well, or a sign-in without claims, as --since prints it. */
const attemptJson = v.strictObject({
  correlationId: anyText("Entra's."),
  application: anyText("Its name, or its client id."),
  appId: anyText("Its client id."),
  at: time("When Entra last wrote of it."),
  outcome: createChoiceSchema(
    ["abandoned", "past the gate", "never called", "held as fraud", "timed out", "call failed", "swapped", "no record", "no claims"],
    "What became of it.",
  ),
  errorCode: v.optional(wholeNumber("Entra's, of the call that failed.")),
  reference: v.optional(anyText("The code of the gate's last record.")),
  heldBy: v.optional(anyText("The provider of fraud protection.")),
});

/** The last line with --since. */
const summaryJson = v.strictObject({
  since: time("From when."),
  until: time("Until when."),
  signUps: wholeNumber("How many."),
  outcomes: createListSchema(v.strictObject({ outcome: anyText(), count: wholeNumber() }), "Sign-ups by outcome, the most frequent first."),
  notInLog: wholeNumber("How many sign-ups the records have, but not Entra's log."),
});

const ofFlow = {
  flow: v.optional(anyText("The user flow.")),
  gate: v.optional(anyText("Its gate; absent for the one without a name.")),
  tenant,
};
const changeJson = v.looseObject({
  ...ofFlow,
  action: anyText("`link`, `create connector` and so on."),
  why: anyText(),
  done: v.optional(withMeaning(v.literal(true), "It was made.")),
});
const planJson = v.union([
  changeJson,
  v.strictObject({ ...ofFlow, obstacle: anyText("What is in the way.") }),
  v.strictObject({ ...ofFlow, byHand: anyText("What people have to do.") }),
  v.strictObject({ ...ofFlow, note: anyText() }),
]);

export const json = {
  "entra check": v.union([findingJson, doorJson, attemptJson, summaryJson]),
  "entra plan": planJson,
  "entra apply": planJson,
  "entra remove": planJson,
  "entra pull": withMeaning(v.looseObject({ gate: v.optional(anyText()) }), "A flow as entra.ts has it."),
  "entra types": v.strictObject({
    name: anyText("As a policy names it."),
    type: anyText("In TypeScript."),
    label: anyText(),
    description: v.optional(anyText()),
  }),
} as const;

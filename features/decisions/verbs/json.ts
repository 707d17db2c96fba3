import * as v from "valibot";
import { anyObject, anyText, createListSchema, oneOfMore } from "../../../engine/fields";
import { decisionRecord } from "../../../engine/sign-up/record";

const entryNow = v.strictObject({
  entry: anyText(),
  now: oneOfMore(["stands", "changed", "gone"], ""),
  row: v.optional(anyObject("As `list show` prints it.")),
});

export const shownDecisionJson = v.object({
  ...decisionRecord.entries,
  text: v.optional(anyText("What the person read.")),
  entries: createListSchema(entryNow, "The entries that it rests on, and whether the list still has them."),
  thrownAt: v.optional(anyText("Where a failure arose.")),
  commit: v.optional(anyText("The git commit behind the policy version, where that is deployed now.")),
});

export const json = {
  decisions: decisionRecord,
  "decisions list": decisionRecord,
  "decisions show": shownDecisionJson,
} as const;

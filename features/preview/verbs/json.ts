import * as v from "valibot";
import { anyObject, anyText, createListSchema, flag, oneOfMore, time, wholeNumber, withMeaning } from "../../../engine/fields";

const people = createListSchema(
  v.strictObject({
    email: v.optional(v.string()),
    reference: anyText(),
    step: anyText(),
    was: anyText(),
    now: anyText(),
    entry: v.optional(anyText("The entry of the list that makes the difference.")),
  }),
);
const kinds = {
  nowRefused: people,
  nowLetIn: people,
  letInUnless: people,
  goesOn: people,
  answeredOtherwise: people,
  cannotTell: people,
  unchanged: people,
};

/** The output of `preview --json`: about past decisions or, with `--find`, about generated sign-ups. */
export const json = {
  preview: v.union([
    v.strictObject({
      gate: anyText(),
      since: time(),
      oldest: v.optional(time("The oldest decision that was read.")),
      read: wholeNumber("Decisions."),
      policy: v.looseObject({ is: oneOfMore(["deployed", "different", "unknown"], "") }),
      counts: withMeaning(v.record(v.string(), v.number()), "How many decisions of each kind."),
      people: withMeaning(v.record(v.string(), v.number()), "How many people of each kind."),
      ...kinds,
      notReplayed: createListSchema(anyObject(), "Rules that cannot be asked again."),
      obstacles: createListSchema(anyText()),
      limits: v.optional(anyObject("The people that a `limit` would stop.")),
      limit: withMeaning(v.looseObject({ people: wholeNumber(), passes: flag() }), "--fail-on and --allow."),
    }),
    v.strictObject({ deployed: v.literal(false) }),
    v.strictObject({
      today: anyText(),
      draft: anyText(),
      same: flag("Whether both policies read the same."),
      tried: wholeNumber("Sign-ups."),
      ms: wholeNumber(),
      accepted: wholeNumber("Kinds of people that cases show as intended."),
      found: createListSchema(v.looseObject({ direction: oneOfMore(["admitted", "refused"], ""), step: anyText() })),
      saved: v.optional(anyText("The file of cases.")),
    }),
  ]),
} as const;

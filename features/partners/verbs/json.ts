import * as v from "valibot";
import { anyText, flag, oneOfMore, time, withMeaning } from "../../../engine/fields";
import { mailsJson } from "../../approvals/verbs/json";

const domain = anyText("The domain.");
const partnerJson = v.strictObject({
  domain,
  state: oneOfMore(["pending", "proven", "stale", "lapsed"], ""),
  since: time("When it came into that state."),
  until: v.optional(time("When it lapses unless the record is found.")),
  overdue: v.optional(flag("True if its time is over, so that it counts for nobody whatever its state.")),
  addedAt: time(),
  by: anyText("Who added it."),
  lookedAt: v.optional(time("When the record was last looked for.")),
  look: v.optional(anyText("What was found then.")),
  mails: mailsJson,
  record: withMeaning(v.strictObject({ name: anyText(), value: anyText() }), "The TXT record by which its owner proves it."),
});

export const json = {
  "partners list": partnerJson,
  "partners add": partnerJson,
  "partners show": partnerJson,
  "partners check": partnerJson,
  "partners remove": v.strictObject({ domain, removed: v.literal(true) }),
} as const;

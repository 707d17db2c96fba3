import * as v from "valibot";
import { anyText, flag, time } from "../../../engine/fields";
import { doneJson, requestJson } from "../../approvals/verbs/json";
import { peopleJobJson } from "../../people-jobs/verbs/job-json";

const invitedJson = v.strictObject({
  email: anyText(),
  ok: flag("Whether it was done."),
  id: v.optional(anyText("Of the request behind it.")),
  reference: v.optional(anyText("The request's code.")),
  until: v.optional(time("When it ends.")),
  code: v.optional(anyText("What the person types.")),
  why: v.optional(anyText("Why not.")),
  message: v.optional(anyText("The same in words.")),
});

export const json = {
  "invite send": invitedJson,
  "invite list": requestJson,
  "invite resend": invitedJson,
  "invite extend": invitedJson,
  "invite transfer": invitedJson,
  "invite revoke": invitedJson,
  "invite jobs": peopleJobJson,
  "invite undo": peopleJobJson,
  "invite oldest": doneJson,
} as const;

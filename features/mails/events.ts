import * as v from "valibot";
import type { EventKinds } from "../../engine/events/event-kind";
import { failure, informational, medium, type OcsfForm, otherActivity, success } from "../../engine/events/ocsf";
import { anyText, createChoiceSchema, instant, withMeaning } from "../../engine/fields";

/** SES reported what became of a mail. */
export const MAIL_CHANGED = "mail.changed.v1";

/** SES's events: a resource of the account, such as a configuration set, may send no more, or again. */
export const SENDING_DISABLED = "Sending Status Disabled";
export const SENDING_ENABLED = "Sending Status Enabled";

/** States that SES reports. */
export const reportedStates = ["handed-over", "delayed", "bounced", "complained", "rejected"] as const;
export type ReportedState = (typeof reportedStates)[number];

const mailChangedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened, as SES says: ISO 8601, UTC, milliseconds."),
    state: createChoiceSchema(
      reportedStates,
      "handed-over: the reader's mail server took it. delayed: SES tries again. bounced: it did not reach the reader. complained: the reader marked it as spam. rejected: SES found a virus.",
    ),
    why: v.optional(
      anyText("SES's codes, such as Permanent/General. suppressed: SES sent nothing, because the address is on a suppression list."),
    ),
    mail: anyText("The kind of mail, such as invited."),
    about: anyText("What the mail is about: request/<id>, account/<id>, partner/<domain>, task/<subject>, decision/<reference>."),
    reference: v.optional(anyText("The code that people can quote.")),
    personId: v.optional(anyText("The person whom the mail is about: the same in every event and log line.")),
  }),
  "SES reported what became of a mail. Nobody's address is in it.",
);
/** The detail of the event mail.changed.v1: docs/events.md. */
export type MailChanged = Readonly<v.InferOutput<typeof mailChangedEvent>>;

function mailReported({ state, why, mail, about, reference, personId }: MailChanged): OcsfForm {
  const isGood = state === "handed-over" || state === "delayed";
  return {
    type: "ocsf.entity_management",
    activity: otherActivity(`Mail ${state}`),
    outcome: isGood ? { ...success, ...informational } : { ...failure, ...medium, ...(why !== undefined && { status_code: why }) },
    message: `A mail was ${state}`,
    more: { entity: { uid: about, type: "mail" } },
    unmapped: { state, why, mail, reference, personId },
  };
}

export const events = { [MAIL_CHANGED]: { schema: mailChangedEvent, ocsf: mailReported } } satisfies EventKinds;

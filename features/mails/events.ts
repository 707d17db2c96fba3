import * as v from "valibot";
import { type EventKinds, failure, informational, medium, type OcsfForm, otherActivity, success } from "../../engine/events/event-kind";
import { anyText, createChoiceSchema, instant, withMeaning } from "../../engine/fields";
import { MAIL_CHANGED, toldStates } from "../../engine/mail/mail-line";

/** SES's events: a resource of the account, such as a configuration set, may send no more, or again. */
export const SENDING_DISABLED = "Sending Status Disabled";
export const SENDING_ENABLED = "Sending Status Enabled";

const mailChangedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened, as SES says of what it reports: ISO 8601, UTC, milliseconds."),
    state: createChoiceSchema(
      toldStates,
      "handed-over: the reader's mail server took it. delayed: SES tries again. bounced: it did not reach the reader. complained: the reader marked it as spam. rejected: SES found a virus. waiting: SES takes no mail of the sender. not-sent: SES refused the address, or the mail waited for 30 days.",
    ),
    why: v.optional(
      anyText(
        "SES's codes, such as Permanent/General. suppressed: SES sent nothing, because the address is on a suppression list. Of a mail that waits: the sender's fault, such as quota. Of one that was not sent: that fault, or SES's error.",
      ),
    ),
    mail: anyText("The kind of mail, such as invited. Of a mail that waits: the event that it is about, such as invitation.sent.v1."),
    about: anyText("What the mail is about: request/<id>, account/<id>, partner/<domain>, task/<subject>, decision/<reference>."),
    reference: v.optional(anyText("The code that people can quote.")),
    personId: v.optional(anyText("The person whom the mail is about: the same in every event and log line.")),
  }),
  "What became of a mail: SES reported it, or did not take the mail. Nobody's address is in it.",
);
type MailChanged = Readonly<v.InferOutput<typeof mailChangedEvent>>;

function toMailForm({ state, why, mail, about, reference, personId }: MailChanged): OcsfForm {
  const isGood = state === "handed-over" || state === "delayed" || state === "waiting";
  return {
    type: "ocsf.entity_management",
    activity: otherActivity(`Mail ${state}`),
    outcome: isGood ? { ...success, ...informational } : { ...failure, ...medium, ...(why !== undefined && { status_code: why }) },
    message: `A mail was ${state}`,
    more: { entity: { uid: about, type: "mail" } },
    unmapped: { state, why, mail, reference, personId },
  };
}

export const events = { [MAIL_CHANGED]: { schema: mailChangedEvent, ocsf: toMailForm } } satisfies EventKinds;

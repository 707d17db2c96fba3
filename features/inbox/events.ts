import * as v from "valibot";
import {
  type EventKinds,
  informational,
  type OcsfForm,
  operator,
  otherActivity,
  success,
  toOcsfPerson,
} from "../../engine/events/event-kind";
import { anyText, createListSchema, instant, withMeaning } from "../../engine/fields";

/** The event by which a person learns that sign-up works again after the outage that turned them away. */
export const WORKS_AGAIN = "sign-up.works-again.v1";

export const worksAgainEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened: ISO 8601, UTC, milliseconds."),
    mailing: anyText("The mails that were ordered together: mailing/<system>/<time>."),
    decision: anyText("The id of the decision that turned the person away."),
    reference: anyText("Its code, which the person saw."),
    gate: v.optional(anyText("The gate, unless it is the default one.")),
    service: anyText("The system that failed."),
    personId: v.optional(anyText("The person, the same in all events.")),
    email: anyText("In lower case."),
    locales: createListSchema(v.string(), "The person's languages, preferred first, as BCP 47 tags."),
    by: anyText("The account of the operator who ordered the mail."),
  }),
  "A mail is ordered to a person whom an outage turned away: sign-up works again.",
);
export type WorksAgain = Readonly<v.InferOutput<typeof worksAgainEvent>>;

export interface WorksAgainEvent {
  readonly type: typeof WORKS_AGAIN;
  readonly detail: WorksAgain;
}

function buildWorksAgainForm(detail: WorksAgain): OcsfForm {
  const { reference, service, by, mailing } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Told to come again"),
    outcome: { ...success, ...informational },
    message: "A person whom an outage turned away is told by mail to come again",
    more: { ...toOcsfPerson(detail), actor: { user: operator(by) } },
    unmapped: { reference, service, mailing },
  };
}

const mailedFields = v.pick(worksAgainEvent, ["id", "mailing", "decision", "reference", "gate", "email", "locales"]);

export const events = { [WORKS_AGAIN]: { schema: worksAgainEvent, mail: mailedFields, ocsf: buildWorksAgainForm } } satisfies EventKinds;

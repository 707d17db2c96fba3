import * as v from "valibot";
import { omit } from "../../engine/collections";
import { type DomainEvent, type EventKinds, informational, medium, type OcsfForm, operator } from "../../engine/events/event-kind";
import { anyObject, anyText, instant, wholeNumber, withMeaning } from "../../engine/fields";
import type { Incident, IncidentOutcome } from "./incident";
import { dropPerson, type Selection } from "./selection";
import { findStep } from "./steps";

// Events about incidents. They name none of the people.

export const INCIDENT_OPENED = "incident.opened.v1";
export const INCIDENT_ACTED = "incident.acted.v1";
export const INCIDENT_UNDONE = "incident.undone.v1";

const common = {
  id: anyText("The event's id: the same each time it is sent."),
  time: instant("When it happened: ISO 8601, UTC, milliseconds."),
  incident: anyText("The incident's id, for `npm run gate -- incident show`."),
  by: anyText("Who did it: an AWS identity, or the object id of an account of the console."),
  people: wholeNumber("How many people it is about."),
  selection: anyObject<Selection>("Which decisions let them in: from, to, gate, rule, entry, network, domain, provider, application."),
};
const outcome = anyObject<IncidentOutcome>("How many people are in which state, such as disabled or enabled.");

const openedEvent = withMeaning(v.object(common), "Somebody selected people that a gate let in; nothing was done to them yet.");
const actedEvent = withMeaning(
  v.object({
    ...common,
    confirmedBy: v.optional(anyText("The second person, of many people.")),
    changeSet: v.optional(anyText("The change set of the access list that denies them.")),
    outcome,
  }),
  "An incident's people were denied and their accounts disabled. If somebody continues the action later, the event is sent again.",
);
const undoneEvent = withMeaning(
  v.object({ ...common, revert: v.optional(anyText("The change set that took the deny entries back.")), outcome }),
  "What was done to an incident's people was undone.",
);

export type IncidentEvent =
  | { readonly type: typeof INCIDENT_OPENED; readonly detail: Readonly<v.InferOutput<typeof openedEvent>> }
  | { readonly type: typeof INCIDENT_ACTED; readonly detail: Readonly<v.InferOutput<typeof actedEvent>> }
  | { readonly type: typeof INCIDENT_UNDONE; readonly detail: Readonly<v.InferOutput<typeof undoneEvent>> };

export function incidentEvent(before: Incident | undefined, after: Incident): IncidentEvent | undefined {
  const { id: incident, state, people, selection, outcome = {}, changeSet, revert } = after;
  const { at: time, by } = after.steps.at(-1) ?? after;
  const facts = { id: `${incident}.${state}.${time}`, time, incident, by, people, selection: dropPerson(selection) };
  const confirmedBy = findStep(after, "confirmed")?.by;
  switch (`${before?.state} ${state}`) {
    case "selecting open":
      return { type: INCIDENT_OPENED, detail: facts };
    case "acting acted":
      return { type: INCIDENT_ACTED, detail: { ...facts, ...(confirmedBy && { confirmedBy }), ...(changeSet && { changeSet }), outcome } };
    case "undoing undone":
      return { type: INCIDENT_UNDONE, detail: { ...facts, ...(revert && { revert }), outcome } };
    default:
      return undefined;
  }
}

const forms = {
  [INCIDENT_OPENED]: { activity: [1, "Create"], status: [1, "New"], said: "were let in and are looked into" },
  [INCIDENT_ACTED]: { activity: [2, "Update"], status: [4, "Resolved"], said: "who were let in are shut out" },
  [INCIDENT_UNDONE]: { activity: [3, "Close"], status: [5, "Closed"], said: "were let in, and shutting them out is undone" },
} as const;

/** One event for all people, without names. OCSF's class Account Change does not fit, because it needs an account. */
function incidentStep(detail: IncidentEvent["detail"], { type }: Pick<DomainEvent, "type">): OcsfForm {
  const { incident, by, people, ...unmapped } = omit(detail, "id", "time");
  const { activity, status, said } = forms[type as IncidentEvent["type"]];
  const severity = type === INCIDENT_UNDONE ? informational : medium;
  const states = "outcome" in detail ? Object.entries(detail.outcome).map(([state, count]) => `${state} ${count}`) : [];
  return {
    type: "ocsf.incident_finding",
    activity,
    outcome: { status_id: status[0], status: status[1], ...severity, ...(states.length > 0 && { status_detail: states.join(", ") }) },
    message: `People ${said}: ${people}`,
    more: { finding_info_list: [{ uid: incident, title: "People that a gate let in" }], assignee: operator(by) },
    unmapped: { people, ...unmapped },
  };
}

export const events = {
  [INCIDENT_ACTED]: { schema: actedEvent, ocsf: incidentStep },
  [INCIDENT_OPENED]: { schema: openedEvent, ocsf: incidentStep },
  [INCIDENT_UNDONE]: { schema: undoneEvent, ocsf: incidentStep },
} satisfies EventKinds;

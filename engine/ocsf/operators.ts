import { INCIDENT_ACTED, INCIDENT_OPENED, INCIDENT_UNDONE, type IncidentEvent } from "../incidents/event";
import type { PartnerChanged } from "../partners/event";
import type { PostureChanged } from "../posture/event";
import { SURGE_AUTHOR } from "../posture/posture";
import type { TaskAssigned } from "../tasks/event";
import { gatehouseItself, informational, medium, type OcsfForm, operator, success } from "./form";

// What operators do, and what Gatehouse does in their place.

const steps = {
  [INCIDENT_OPENED]: {
    activity: [1, "Create"],
    outcome: { status_id: 1, status: "New", ...medium },
    said: "were let in and are looked into",
  },
  [INCIDENT_ACTED]: {
    activity: [2, "Update"],
    outcome: { status_id: 4, status: "Resolved", ...medium },
    said: "who were let in are shut out",
  },
  [INCIDENT_UNDONE]: {
    activity: [3, "Close"],
    outcome: { status_id: 5, status: "Closed", ...informational },
    said: "were let in, and shutting them out is undone",
  },
} as const;

/** One event for all its people: it names none of them, so that an Account Change would have no account. */
export function incidentStep({ type, detail }: IncidentEvent): OcsfForm {
  const { id: _, time: __, incident, by, people, ...unmapped } = detail;
  const { activity, outcome, said } = steps[type];
  const states = "outcome" in detail ? Object.entries(detail.outcome).map(([state, count]) => `${state} ${count}`) : [];
  return {
    type: "ocsf.incident_finding",
    activity,
    outcome: { ...outcome, ...(states.length > 0 && { status_detail: states.join(", ") }) },
    message: `People ${said}: ${people}`,
    more: { finding_info_list: [{ uid: incident, title: "People that a gate let in" }], assignee: operator(by) },
    unmapped: { people, ...unmapped },
  };
}

/** A gate is nobody's account, and how it is set is no sign-in. */
export function postureSet({ gate, posture, reason, by, until, scheduled }: PostureChanged): OcsfForm {
  return {
    type: "ocsf.entity_management",
    activity: [3, "Update"],
    outcome: { ...success, ...informational },
    message: `The gate ${gate} is set to ${posture}${scheduled === undefined ? "" : `, and to ${scheduled.posture} from ${scheduled.from}`}`,
    more: {
      entity: { name: gate, type: "gate" },
      ...(reason !== undefined && { comment: reason }),
      ...(by !== undefined && { actor: { user: by === SURGE_AUTHOR ? gatehouseItself : operator(by) } }),
    },
    unmapped: { gate, posture, until, scheduled },
  };
}

/** Gatehouse looked for the record, or an operator added or removed the domain: the audit trail says who. */
export function partnerInState({ domain, state, before, until, look }: PartnerChanged): OcsfForm {
  return {
    type: "ocsf.entity_management",
    activity: state === "removed" ? [4, "Delete"] : before === undefined ? [1, "Create"] : [3, "Update"],
    outcome: { ...success, ...(state === "stale" || state === "lapsed" ? medium : informational) },
    message: `The partner's domain ${domain} is ${state}`,
    more: { entity: { name: domain, type: "partner domain" } },
    unmapped: { domain, state, before, until, look },
  };
}

export function taskGiven({ subject, reference, to, by }: TaskAssigned): OcsfForm {
  return {
    type: "ocsf.entity_management",
    activity: [3, "Update"],
    outcome: { ...success, ...informational },
    message: `An operator assigned ${subject.split("/")[0]} to a colleague`,
    more: { entity: { uid: subject, type: "task" }, actor: { user: operator(by.name, by.id) } },
    unmapped: { reference, to },
  };
}

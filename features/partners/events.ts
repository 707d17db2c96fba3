import * as v from "valibot";
import { type EventKinds, informational, medium, type OcsfForm, success } from "../../engine/events/event-kind";
import { anyText, createChoiceSchema, instant, time, withMeaning } from "../../engine/fields";
import type { Row } from "../../engine/sign-up/rule";
import { dnsChecks, type PartnerLook, type PartnerState, partnerStates, readPartner } from "../access-list/partner";
import { isSameState } from "./change";

/** Sent when a partner's domain is added, proven or removed, when it loses its record, or when it lapses. */
export const PARTNER_CHANGED = "partner.changed.v1";

const states = [...partnerStates, "removed"] as const;

const partnerChangedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it was changed: ISO 8601, UTC, milliseconds."),
    domain: anyText("The domain."),
    state: createChoiceSchema(states, "pending, proven, stale (it still counts), lapsed or removed."),
    before: v.optional(createChoiceSchema(partnerStates, "What it was before. Absent if it was just added.")),
    until: v.optional(instant("When a pending or stale one lapses unless the TXT record is found.")),
    look: v.optional(createChoiceSchema(dnsChecks, "What the last look for the record found: found, missing, wildcard or failed.")),
  }),
  "A partner's domain changed its state.",
);
/** The detail of the event partner.changed.v1. Its fields: docs/events.md. */
export type PartnerChanged = Readonly<v.InferOutput<typeof partnerChangedEvent>>;

export interface PartnerEvent {
  readonly type: typeof PARTNER_CHANGED;
  readonly detail: PartnerChanged;
}

/** Returns the event for a change to a partner's row; undefined if the partner's state is unchanged. @param id the change's id */
export function buildPartnerChanged(
  domain: string,
  before: Row | undefined,
  after: Row | undefined,
  { id, at }: { readonly id: string; readonly at: Date },
): PartnerChanged | undefined {
  const row = after && readPartner(after);
  if (after !== undefined && row === undefined) throw new TypeError("The row is no partner.");
  const knownPartner = readPartner(before);
  // If the earlier row was unreadable, it caused no event. So this change causes one.
  if (knownPartner !== undefined && isSameState(knownPartner, row)) return undefined;
  const state: PartnerState | "removed" = row?.state ?? "removed";
  const was = knownPartner?.state;
  const look: PartnerLook | undefined = row?.look;
  return {
    id: `${domain}.${id}`,
    time: at.toISOString(),
    domain,
    state,
    ...(was !== undefined && { before: was }),
    ...(row?.until !== undefined && { until: new Date(row.until).toISOString() }),
    ...(look !== undefined && { look }),
  };
}

/** Names no author. Gatehouse itself checks records; if an operator added or removed the domain, the audit trail names the operator. */
function partnerInState({ domain, state, before, until, look }: PartnerChanged): OcsfForm {
  return {
    type: "ocsf.entity_management",
    activity: state === "removed" ? [4, "Delete"] : before === undefined ? [1, "Create"] : [3, "Update"],
    outcome: { ...success, ...(state === "stale" || state === "lapsed" ? medium : informational) },
    message: `The partner's domain ${domain} is ${state}`,
    more: { entity: { name: domain, type: "partner domain" } },
    unmapped: { domain, state, before, until, look },
  };
}

export const events = {
  [PARTNER_CHANGED]: {
    schema: partnerChangedEvent,
    mail: v.object({ id: v.string(), domain: v.string(), state: v.string(), until: v.optional(time()) }),
    ocsf: partnerInState,
  },
} satisfies EventKinds;

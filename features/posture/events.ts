import * as v from "valibot";
import { type EventKinds, gatehouseItself, informational, type OcsfForm, operator, success } from "../../engine/events/event-kind";
import { anyText, instant, oneOfMore, withMeaning } from "../../engine/fields";
import { keepGiven } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { activePosture, postures, SURGE_AUTHOR, scheduledPosture } from "./posture";

/** Event: somebody, or a surge, has set a gate, opened it or scheduled a setting. */
export const POSTURE_CHANGED = "gate.posture-changed.v1";

const postureChangedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it was changed: ISO 8601, UTC, milliseconds."),
    gate: anyText("The gate: default is the one without a name."),
    posture: oneOfMore(postures, "How the gate is set now: open, approval, listed or closed."),
    reason: v.optional(anyText("Why.")),
    by: v.optional(
      anyText("Who: an account's name, an AWS identity, or Gatehouse for a surge. Absent where a row typed by hand does not say."),
    ),
    until: v.optional(anyText("When it ends: ISO 8601. Absent while open, or if it ends when somebody changes it.")),
    scheduled: v.optional(
      withMeaning(
        v.object({
          posture: oneOfMore(postures, "How the gate will be set."),
          from: anyText("When that begins."),
          until: v.optional(anyText("When that ends.")),
          reason: v.optional(anyText("Why.")),
        }),
        "What begins later.",
      ),
    ),
  }),
  "A gate was set, opened or scheduled. When it ends by itself, no event follows: `until` says when.",
);
/** The detail of the event gate.posture-changed.v1: how a gate is set. Its fields: docs/events.md. */
export type PostureChanged = Readonly<v.InferOutput<typeof postureChangedEvent>>;

/** @param row the row after the change; undefined if the row was removed, which opens the gate @param id of the change */
export function buildPostureChanged(
  gate: string,
  row: Row | undefined,
  { id, at }: { readonly id: string; readonly at: Date },
): PostureChanged {
  const active = activePosture(row, at);
  const scheduledState = scheduledPosture(row, at);
  return {
    id: `${gate}.${id}`,
    time: at.toISOString(),
    gate,
    posture: active?.state ?? "open",
    ...keepGiven({ reason: active?.reason, until: active?.until, by: active?.by }),
    ...(scheduledState?.from !== undefined && {
      scheduled: {
        ...{ posture: scheduledState.state, from: scheduledState.from },
        ...keepGiven({ reason: scheduledState.reason, until: scheduledState.until }),
      },
    }),
  };
}

/** The OCSF form is an update of an entity: a gate is no person's account, and setting it is no sign-in. */
function toPostureForm({ gate, posture, reason, by, until, scheduled }: PostureChanged): OcsfForm {
  return {
    type: "ocsf.entity_management",
    activity: [3, "Update"],
    outcome: { ...success, ...informational },
    message: `The gate ${gate} is set to ${posture}${scheduled === undefined ? "" : `, and to ${scheduled.posture} from ${scheduled.from}`}`,
    more: {
      entity: { name: gate, type: "gate" },
      ...keepGiven({ comment: reason }),
      ...(by !== undefined && { actor: { user: by === SURGE_AUTHOR ? gatehouseItself : operator(by) } }),
    },
    unmapped: { gate, posture, until, scheduled },
  };
}

export const events = { [POSTURE_CHANGED]: { schema: postureChangedEvent, ocsf: toPostureForm } } satisfies EventKinds;

import * as v from "valibot";
import { type EventKinds, informational, type OcsfForm, operator, success } from "../../engine/events/event-kind";
import { anyText, instant, withMeaning } from "../../engine/fields";

export const TASK_ASSIGNED = "task.assigned.v1";

export const taskAssignedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened: ISO 8601, UTC, milliseconds."),
    subject: anyText("What was assigned: request/<id>, domain/contoso.com, person/<personId> or another item of the inbox."),
    reference: v.optional(anyText("Of a request: the code that people can quote.")),
    to: withMeaning(
      v.object({ id: v.string(), name: v.string(), email: v.optional(v.string()) }),
      "The account that has it now, with its address where Entra says one.",
    ),
    by: withMeaning(v.object({ id: v.string(), name: v.string() }), "The account that assigned it."),
  }),
  "An operator assigned a request or an inbox item to a colleague.",
);
export type TaskAssigned = Readonly<v.InferOutput<typeof taskAssignedEvent>>;

export interface TaskEvent {
  readonly type: typeof TASK_ASSIGNED;
  readonly detail: TaskAssigned;
}

function toTaskForm({ subject, reference, to, by }: TaskAssigned): OcsfForm {
  return {
    type: "ocsf.entity_management",
    activity: [3, "Update"],
    outcome: { ...success, ...informational },
    message: `An operator assigned ${subject.split("/")[0]} to a colleague`,
    more: { entity: { uid: subject, type: "task" }, actor: { user: operator(by.name, by.id) } },
    unmapped: { reference, to },
  };
}

const mailedFields = v.object({
  id: v.string(),
  subject: v.string(),
  reference: v.optional(v.string()),
  to: v.object({ id: v.string(), name: v.string(), email: v.optional(v.string()) }),
  by: v.object({ name: v.string() }),
});

export const events = {
  [TASK_ASSIGNED]: { schema: taskAssignedEvent, mail: mailedFields, readers: ({ to }: TaskAssigned) => [to.email], ocsf: toTaskForm },
} satisfies EventKinds;

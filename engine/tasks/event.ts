import * as v from "valibot";
import { anyText, instant, withMeaning } from "../fields";

/** Somebody has something to look after that another operator gave them. */
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

import { anyText, instant, object, optional, type TypeOf } from "../schema";

/** Somebody has something to look after that another operator gave them. */
export const TASK_ASSIGNED = "task.assigned.v1";

export const taskAssignedEvent = object(
  {
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened: ISO 8601, UTC, milliseconds."),
    subject: anyText("What was assigned: request/<id>, domain/contoso.com, person/<personId> or another item of the inbox."),
    reference: optional(anyText("Of a request: the code that people can quote.")),
    to: object(
      { id: anyText(""), name: anyText(""), email: optional(anyText("")) },
      "The account that has it now, with its address where Entra says one.",
    ),
    by: object({ id: anyText(""), name: anyText("") }, "The account that assigned it."),
  },
  "An operator assigned a request or an inbox item to a colleague.",
);
export type TaskAssigned = TypeOf<typeof taskAssignedEvent>;

export interface TaskEvent {
  readonly type: typeof TASK_ASSIGNED;
  readonly detail: TaskAssigned;
}

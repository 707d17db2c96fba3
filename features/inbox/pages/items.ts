import type { InboxItem } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { isMine } from "../../../console/parts/tasks";
import { isSnoozed, type Task } from "../../../engine/tasks/task";

/** An item, and what operators have made of it. */
export interface HandledItem extends InboxItem {
  readonly task: Task | undefined;
}

/** The views of the list. What was done is shown apart: it is no item any more. */
export const itemViews = ["open", "mine", "snoozed"] as const;

export function isIn(view: (typeof itemViews)[number], item: HandledItem, visit: Visit): boolean {
  const { task } = item;
  if (task === undefined) return view === "open";
  if (isDone(item)) return false;
  if (view === "mine") return isMine(task, visit);
  return isSnoozed(task, visit.now) === (view === "snoozed");
}

/** Unless there is news of it since. */
export function isDone({ task, newest }: Pick<HandledItem, "task" | "newest">): boolean {
  return task?.done !== undefined && (newest === undefined || newest <= task.done.at);
}

import { isSnoozed, type Task } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import type { Tone } from "../../parts/badge";
import type { IconName } from "../../parts/icon";
import { isMine } from "../../parts/tasks";
import type { Role } from "../../session/roles";

export const itemGroups = ["now", "today", "week"] as const;

/** What each kind looks like, how soon it needs somebody, and what its trend is a trend of. */
export const itemKinds = {
  outage: { icon: "outage", tone: "bad", group: "now", trend: "block" },
  alarm: { icon: "alarm", tone: "bad", group: "now", trend: undefined },
  alike: { icon: "lookAlike", tone: "bad", group: "now", trend: "block" },
  unlisted: { icon: "accountFailed", tone: "warn", group: "today", trend: "block" },
  group: { icon: "people", tone: "asked", group: "today", trend: "waiting" },
  proposal: { icon: "proposal", tone: "info", group: "today", trend: undefined },
  run: { icon: "people", tone: "warn", group: "now", trend: undefined },
  sponsors: { icon: "people", tone: "warn", group: "week", trend: undefined },
  failed: { icon: "account", tone: "warn", group: "today", trend: "block" },
  outside: { icon: "editedOutside", tone: undefined, group: "today", trend: undefined },
  problems: { icon: "warning", tone: "warn", group: "week", trend: undefined },
  expiring: { icon: "expiry", tone: "warn", group: "week", trend: undefined },
} as const satisfies Readonly<Record<string, KindLook>>;

interface KindLook {
  readonly icon: IconName;
  readonly tone: Tone | undefined;
  readonly group: (typeof itemGroups)[number];
  readonly trend: "block" | "waiting" | undefined;
}

/** Something that needs somebody. */
export interface InboxItem {
  /** Its task's: `domain/contoso.com`. */
  readonly subject: string;
  readonly kind: keyof typeof itemKinds;
  readonly title: string;
  readonly cause: string;
  readonly count?: string;
  /** The oldest first: of the last hours or days. */
  readonly trend?: { readonly by: "hour" | "day"; readonly values: readonly number[] };
  /** When it began: ISO 8601. Absent where its time is ahead, which `due` then says. */
  readonly since?: string;
  /** When it was seen last: what was done before does not count. */
  readonly newest?: string;
  readonly due?: string;
  readonly action?: { readonly text: string; readonly path: string; readonly role?: Role };
  /** Where everything of it is listed. */
  readonly all?: string;
  /** The domain that it is about. */
  readonly domain?: string;
}

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
function isDone({ task, newest }: HandledItem): boolean {
  return task?.done !== undefined && (newest === undefined || newest <= task.done.at);
}

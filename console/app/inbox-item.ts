import type { Child } from "hono/jsx";
import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";
import type { Role } from "../session/roles";
import type { PageTexts } from "../texts/languages";

export const itemGroups = ["now", "today", "week"] as const;

/** `group` and `rank` are the urgency. */
export interface InboxKind {
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly group: (typeof itemGroups)[number];
  /** Decides the order of items of a group that concern the same number of people. */
  readonly rank: number;
  readonly trend?: "block" | "waiting" | "continue";
  readonly name: PageTexts<string>;
}

/** Prefix of `subject` if the item reports that unusually many people were let in. */
export const BURST_SUBJECT = "burst/";

export interface InboxItem {
  /** Names the task that belongs to the item: `domain/contoso.com`. */
  readonly subject: string;
  readonly kind: InboxKind;
  readonly title: string;
  readonly cause: string;
  readonly count?: string;
  /** Number of people concerned. In a group, the item with the highest number comes first. */
  readonly people?: number;
  /** The oldest first. */
  readonly trend?: { readonly by: "hour" | "day"; readonly values: readonly number[] };
  /** ISO 8601. Absent if the matter lies in the future: then `due` has its time. */
  readonly since?: string;
  /** Time of the newest occurrence. If the task was marked as done before this time, the item is shown again. */
  readonly newest?: string;
  /** The periods of the matter, ISO 8601. @default one period from `since` to `newest` */
  readonly times?: readonly { readonly first?: string | undefined; readonly last?: string | undefined }[];
  readonly due?: string;
  readonly action?: { readonly text: string; readonly path: string; readonly role?: Role };
  /**
   * The page with everything about the matter. The inbox links to it if the panel omits something, or if the visitor may not act.
   * @default the action's path
   */
  readonly all?: string;
  /** Text of the button that marks the item as done. Absent if the item ends without such a button. */
  readonly finish?: string;
  /** True if somebody has already acted. The inbox then only uses the item to explain why an hour had many people. */
  readonly isOver?: boolean;
  /** True if something that Gatehouse owes is not done now. The page then does not say that all is well. */
  readonly isFailing?: boolean;
  /** Called when the panel is opened. */
  readonly more?: (() => Promise<MoreOfItem>) | undefined;
}

export interface MoreOfItem {
  /** A decision has a `reference`, a waiting person an `email`. */
  readonly newest?: readonly {
    readonly reference?: string;
    readonly path?: string;
    readonly at: string;
    readonly email?: string | undefined;
    /** @default the address */
    readonly name?: string;
    readonly note?: string;
  }[];
  readonly about?: Child;
}

export interface DoneThing {
  /** ISO 8601. */
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string } | undefined;
  readonly what: Child;
  readonly undo: Child;
}

import type { Child } from "hono/jsx";
import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";
import type { Role } from "../session/roles";
import type { PageTexts } from "../texts/languages";

export const itemGroups = ["now", "today", "week"] as const;

/** The look of a kind of item, its urgency, and the subject of its trend. */
export interface InboxKind {
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly group: (typeof itemGroups)[number];
  /** The position within the group, among items about the same number of people. */
  readonly rank: number;
  readonly trend?: "block" | "waiting" | "continue";
  readonly name: PageTexts<string>;
}

/** Prefix of the subject of an item that reports that many people were let in. */
export const BURST_SUBJECT = "burst/";

/** A matter that needs somebody's action. */
export interface InboxItem {
  /** The subject of its task: `domain/contoso.com`. */
  readonly subject: string;
  readonly kind: InboxKind;
  readonly title: string;
  readonly cause: string;
  readonly count?: string;
  /** Number of people concerned: items with the most come first. */
  readonly people?: number;
  /** Values of the last hours or days, the oldest first. */
  readonly trend?: { readonly by: "hour" | "day"; readonly values: readonly number[] };
  /** Start of the matter: ISO 8601. Absent if its time is in the future: see `due`. */
  readonly since?: string;
  /** Time of the newest occurrence. If the task was done before it, the item is shown again. */
  readonly newest?: string;
  /** The periods of the matter, ISO 8601. @default one period from `since` to `newest` */
  readonly times?: readonly { readonly first?: string | undefined; readonly last?: string | undefined }[];
  readonly due?: string;
  readonly action?: { readonly text: string; readonly path: string; readonly role?: Role };
  /** The page with everything that the item is about: for those who may not act, and for parts that the panel omits. */
  readonly all?: string;
  /** Text of the button that marks the item as done. Absent if something else ends the item. */
  readonly finish?: string;
  /** True if somebody has acted on the matter. The item is then not shown: it only explains why an hour had many people. */
  readonly isOver?: boolean;
  /** Reads the rest of the item's panel when the panel is opened. */
  readonly more?: (() => Promise<MoreOfItem>) | undefined;
}

export interface MoreOfItem {
  /** The newest decisions or waiting people. A decision has its reference, a waiting person the address. */
  readonly newest?: readonly {
    readonly reference?: string;
    readonly path?: string;
    readonly at: string;
    readonly email?: string | undefined;
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

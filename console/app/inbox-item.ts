import type { Child } from "hono/jsx";
import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";
import type { Role } from "../session/roles";
import type { PageTexts } from "../texts/languages";

export const itemGroups = ["now", "today", "week"] as const;

/** An item kind's look, its urgency, and the subject of its trend. */
export interface InboxKind {
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly group: (typeof itemGroups)[number];
  /** The place within the group, among items of as many people. */
  readonly rank: number;
  readonly trend?: "block" | "waiting" | "continue";
  readonly name: PageTexts<string>;
}

/** Begins the subjects of items that tell of many people let in. */
export const BURST_SUBJECT = "burst/";

/** Something that needs somebody. */
export interface InboxItem {
  /** Its task's: `domain/contoso.com`. */
  readonly subject: string;
  readonly kind: InboxKind;
  readonly title: string;
  readonly cause: string;
  readonly count?: string;
  /** Number of people concerned: items with the most come first. */
  readonly people?: number;
  /** The oldest first: of the last hours or days. */
  readonly trend?: { readonly by: "hour" | "day"; readonly values: readonly number[] };
  /** When it began: ISO 8601. Absent if its time is ahead: see `due`. */
  readonly since?: string;
  /** When it was seen last: what was done before does not count. */
  readonly newest?: string;
  /** The stretches in which it happened, ISO 8601. @default from `since` to `newest` */
  readonly times?: readonly { readonly first?: string | undefined; readonly last?: string | undefined }[];
  readonly due?: string;
  readonly action?: { readonly text: string; readonly path: string; readonly role?: Role };
  /** The page of all that it is about: for those who may not act, and for what the panel leaves out. */
  readonly all?: string;
  /** The button that marks it as done, if nothing else ends it. */
  readonly finish?: string;
  /** True if somebody has acted on it: it is not shown, and only explains where many people of an hour came from. */
  readonly isOver?: boolean;
  /** More of its panel, read when it is opened. */
  readonly more?: (() => Promise<MoreOfItem>) | undefined;
}

export interface MoreOfItem {
  /** Decisions by their references, people who wait by their addresses. */
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

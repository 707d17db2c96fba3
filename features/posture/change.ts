import { expiryTime } from "../../engine/sign-up/row-end";
import type { Row } from "../../engine/sign-up/rule";
import { type Posture, postureKey } from "./posture";
import type { PostureRow } from "./row";

/** Default duration of a posture, in hours. */
const USUAL_HOURS = 4;
export const USUAL_MS = USUAL_HOURS * 3_600_000;
/** Maximum number of characters of a reason. */
export const LONGEST_REASON = 300;

export interface PostureChange {
  readonly gate: string;
  readonly state: Posture;
  /** Required unless the gate is opened. */
  readonly reason?: string;
  readonly by: string;
  readonly name?: string;
  readonly via: "console" | "command";
  /** @default now */
  readonly from?: Date;
  /** @default 4 hours after the beginning */
  readonly until?: Date;
}

/** The console and the commands have their own texts for each code. */
export type PostureFlaw = "no-reason" | "long-reason" | "until-past" | "until-before-from" | "too-late" | "open-has-no-time";

export function postureFlaw({ state, reason = "", from, until }: PostureChange, now: Date): PostureFlaw | undefined {
  if (reason.length > LONGEST_REASON) return "long-reason";
  if (state === "open") return from === undefined && until === undefined ? undefined : "open-has-no-time";
  if (reason.trim() === "") return "no-reason";
  if (until !== undefined && until <= now) return "until-past";
  if (from !== undefined && until !== undefined && until <= from) return "until-before-from";
  // Gates would read the row's end as unreadable, and so as no end: after the year 9999, or in a year that reads as Buddhist.
  return expiryTime(findEnd({ from, until }, now).toISOString()) === undefined ? "too-late" : undefined;
}

/** Opening the gate also ends a surge's setting. `surgeWindow` always stays, so that the surge sets the gate only once in one window. */
export function changedPosture(before: Row | undefined, change: PostureChange, now: Date): PostureRow {
  const { gate, state, reason = "", by, name, via, from, until } = change;
  const begins = from !== undefined && from > now ? from : undefined;
  const stays = state === "open" ? pick(before, "surgeWindow") : pick(before, "surgeWindow", "surgeSince", "surgeUntil");
  return {
    ...buildModeKey(gate),
    state,
    ...(reason.trim() !== "" && { reason: reason.trim() }),
    by,
    ...(name !== undefined && { name }),
    via,
    since: now.toISOString(),
    ...(begins && { from: begins.toISOString() }),
    ...(state !== "open" && { until: findEnd({ from, until }, now).toISOString() }),
    ...stays,
    revision: readRevision(before) + 1,
  };
}

function findEnd({ from, until }: Pick<PostureChange, "from" | "until">, now: Date): Date {
  return until ?? new Date(Math.max(now.getTime(), from?.getTime() ?? 0) + USUAL_MS);
}

function buildModeKey(gate: string): Pick<PostureRow, "reference" | "id"> {
  return postureKey(gate).key as Pick<PostureRow, "reference" | "id">;
}

function readRevision(before: Row | undefined): number {
  return typeof before?.revision === "number" ? before.revision : 0;
}

function pick<Name extends "surgeWindow" | "surgeSince" | "surgeUntil">(row: Row | undefined, ...names: readonly Name[]) {
  return Object.fromEntries(names.flatMap((name) => (typeof row?.[name] === "string" ? [[name, row[name]]] : []))) as {
    readonly [N in Name]?: string;
  };
}

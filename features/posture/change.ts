import * as v from "valibot";
import { anyText, createChoiceSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import { expiryTime } from "../../engine/sign-up/row-end";
import type { Row } from "../../engine/sign-up/rule";
import type { Json } from "../../engine/sign-up/sign-up";
import { type Posture, type postureColumns, postureKey, postures } from "./posture";

/** Default duration of a posture, in hours. */
const USUAL_HOURS = 4;
const USUAL_MS = USUAL_HOURS * 3_600_000;
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
    ...(postureKey(gate).key as Pick<PostureRow, "reference" | "id">),
    state,
    ...(reason.trim() !== "" && { reason: reason.trim() }),
    by,
    ...(name !== undefined && { name }),
    via,
    since: now.toISOString(),
    ...(begins && { from: begins.toISOString() }),
    ...(state !== "open" && { until: findEnd({ from, until }, now).toISOString() }),
    ...stays,
    revision: (typeof before?.revision === "number" ? before.revision : 0) + 1,
  };
}

function findEnd({ from, until }: Pick<PostureChange, "from" | "until">, now: Date): Date {
  return until ?? new Date(Math.max(now.getTime(), from?.getTime() ?? 0) + USUAL_MS);
}

/** Settings of operators stay unchanged, even scheduled ones. @param window the window that was full */
export function surgedPosture(
  before: Row | undefined,
  gate: string | undefined,
  window: string,
  now: Date,
): Readonly<Record<string, Exclude<Json, null>>> {
  const revision = typeof before?.revision === "number" ? before.revision : 0;
  return {
    ...(before as Readonly<Record<string, Exclude<Json, null>>> | undefined),
    ...postureKey(gate).key,
    surgeSince: now.toISOString(),
    surgeUntil: new Date(now.getTime() + USUAL_MS).toISOString(),
    surgeWindow: window,
    revision: revision + 1,
  };
}

/** True if the only difference between the rows is a surge's setting. */
export function isBySurge(before: Row | undefined, after: Row | undefined): boolean {
  const since = after?.surgeSince;
  if (typeof since !== "string" || since === before?.surgeSince || typeof after?.surgeWindow !== "string") return false;
  const wantedPosture = surgedPosture(before, String(after.id), after.surgeWindow, new Date(since));
  return Object.keys({ ...wantedPosture, ...after }).every((name) => wantedPosture[name] === after[name]);
}

function pick<Name extends "surgeWindow" | "surgeSince" | "surgeUntil">(row: Row | undefined, ...names: readonly Name[]) {
  return Object.fromEntries(names.flatMap((name) => (typeof row?.[name] === "string" ? [[name, row[name]]] : []))) as {
    readonly [N in Name]?: string;
  };
}

// The schema has a file of its own, so that bundles of steps omit it: steps read gates' rows with more tolerance.

/** A row typed by hand can contain anything: see `activePosture`. */
export const postureRow = v.object({
  reference: createTextSchema("`posture`."),
  id: createTextSchema("The gate."),
  state: v.optional(createChoiceSchema(postures, "Absent if only a surge wrote the row.")),
  reason: v.optional(anyText("Why.")),
  by: v.optional(anyText("An account's object id or an AWS identity.")),
  name: v.optional(anyText("The account's name at the time, from the console.")),
  via: v.optional(createChoiceSchema(["console", "command"], "How.")),
  since: v.optional(time("When it was set.")),
  from: v.optional(time("When it begins, if later. By hand also a date.")),
  until: v.optional(time("When it ends; absent: when somebody changes it. By hand also a date (to the end of that day) or epoch seconds.")),
  surgeSince: v.optional(time("When a surge set the gate to `approval`.")),
  surgeUntil: v.optional(time("When that ends.")),
  surgeWindow: v.optional(anyText("The beginning of the full window; each window sets the gate once.")),
  revision: wholeNumber("Counts changes."),
} satisfies Readonly<Record<(typeof postureColumns)[number], v.GenericSchema>>);
export type PostureRow = Readonly<v.InferOutput<typeof postureRow>>;

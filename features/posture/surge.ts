import type { Row } from "../../engine/sign-up/rule";
import type { Json } from "../../engine/sign-up/sign-up";
import { USUAL_MS } from "./change";
import { postureKey } from "./posture";

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

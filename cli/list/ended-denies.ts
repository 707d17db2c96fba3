import type { Concern } from "../../engine/access-list/concern";
import { denyThatEnds, type EditedRow } from "../../engine/access-list/edit-check";
import type { Output } from "../output";
import { concernText } from "./warnings";

/** More of them help nobody. */
const SHOWN = 20;

/** Gathers the denies of many that a change of many rows would end, by the check that the console has too. */
export interface EndedDenies {
  add(edit: EditedRow): void;
  readonly count: number;
  /** Says so before anything is written. */
  tell(output: Output): void;
}

export function endedDenies(now: Date): EndedDenies {
  const first: Concern[] = [];
  let count = 0;
  return {
    add(edit) {
      const ended = denyThatEnds(edit, now);
      count += ended.length;
      if (first.length < SHOWN) first.push(...ended);
    },
    get count() {
      return count;
    },
    tell(output) {
      for (const concern of first) output.warn(`Warning: ${concernText(concern)}`);
      if (count > first.length) output.warn(`and ${count - first.length} more denies of many would end.`);
    },
  };
}

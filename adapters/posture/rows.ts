import { isDeepStrictEqual } from "node:util";
import { GATEHOUSE, rowFact } from "../../engine/audited-change";
import { POSTURE_CHANGED, postureChanged } from "../../engine/posture/event";
import { POSTURE } from "../../engine/posture/posture";
import { postureRow } from "../../engine/posture/row";
import { isBySurge } from "../../engine/posture/surge";
import { toRow } from "../tables/item";
import type { RowKind } from "../tables/row-kind";

/** How gates are set. */
export const postureKind: RowKind = {
  schema: postureRow,
  table: "decisions",
  under: POSTURE,
  event({ key, before, after, id, at }) {
    if (isDeepStrictEqual(after, before)) return undefined;
    return { type: POSTURE_CHANGED, detail: postureChanged(String(key.id?.S), after && toRow(after), { id, at }) };
  },
  tellsOfRemoval: true,
  audited: "posture",
  fact: (change) => ({ ...rowFact(change), ...(isBySurge(change.before, change.after) && { author: GATEHOUSE }) }),
  personal: false,
};

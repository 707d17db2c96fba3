import { isDeepStrictEqual } from "node:util";
import { toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { GATEHOUSE, rowFact } from "../../../engine/audited-change";
import { isBySurge, postureRow } from "../change";
import { buildPostureChanged, POSTURE_CHANGED } from "../events";
import { POSTURE } from "../posture";

export const postureKind: RowKind = {
  order: 40,
  schema: postureRow,
  table: "decisions",
  under: POSTURE,
  event({ key, before, after, id, at }) {
    if (isDeepStrictEqual(after, before)) return undefined;
    return { type: POSTURE_CHANGED, detail: buildPostureChanged(String(key.id?.S), after && toRow(after), { id, at }) };
  },
  tellsOfRemoval: true,
  audited: "posture",
  fact: (change) => ({ ...rowFact(change), ...(isBySurge(change.before, change.after) && { author: GATEHOUSE }) }),
  personal: false,
};

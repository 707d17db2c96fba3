import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { decisionIndexes, toRecord } from "../../../adapters/tables/decision-indexes";
import { ENTRY } from "../../../adapters/tables/decision-writes";
import type { Item } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { decisionRecord } from "../../../engine/sign-up/record";
import { buildSignUpDecided, SIGN_UP_DECIDED } from "../events";
import { forgetEntries } from "./forget-entries";

// This file is separate from the store, because the store is in every step's bundle and does not need this file's code.

export const decisionKind: RowKind = {
  schema: decisionRecord,
  table: "decisions",
  shape: {
    streamed: "needed",
    published: true,
    hashed: true,
    version: "revision",
    ages: true,
    indexes: Object.values(decisionIndexes),
  },
  event({ before, after }) {
    if (after === undefined) return undefined;
    const record = toRecord(after);
    // A row that was made or changed by hand may lack fields that the event needs.
    if (!v.is(decisionRecord.entries.revision, record.revision)) throw new TypeError("The row has no revision.");
    // Two changes cause no event: the result of a shadowed rule is added, or an erasure removes an entry that names the erased person.
    if (before !== undefined && isDeepStrictEqual(newsIn(before), newsIn(after))) return undefined;
    return { type: SIGN_UP_DECIDED, detail: buildSignUpDecided(record), ipAddress: record.ipAddress };
  },
  forget: forgetEntries,
};

const newsIn = (row: Item) => ({ ...row, trace: undefined, [ENTRY]: undefined });

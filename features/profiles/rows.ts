import * as v from "valibot";
import type { RowKind } from "../../adapters/tables/row-kind";
import { createTextSchema, typedEnd, typedNote } from "../../engine/fields";

/** Each attribute has a further column of its own. */
export const profileRow = v.object({
  person: createTextSchema("`kim@contoso.com`, or one federated account: `issuer:google.com/1184…`."),
  expiresAt: typedEnd("Afterwards, or if unreadable, the row does not count."),
  note: typedNote(),
});

const profileKind: RowKind = {
  schema: profileRow,
  typed: true,
  table: "profiles",
  shape: { streamed: "wanted" },
  audited: "profiles",
};

export const rows = [profileKind];

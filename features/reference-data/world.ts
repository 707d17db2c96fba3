import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { type EditedRows, editedRows, type RowEdits } from "../../adapters/tables/edited-rows";
import { type Item, toItem } from "../../adapters/tables/item";
import { batchGet } from "../../adapters/tables/table";
import { tables as kinds } from "../../adapters/tables/tables";
import { CODE_PREFIX } from "./code";

const values: WorldMember<RowEdits> = {
  needs: [],
  make: ({ tables, nameOf }) => editedRows(tables, nameOf("referenceData"), kinds.referenceData.key),
};

/** Adds values to lists. */
export const addedValues: WorldMember<Pick<RowEdits, "add" | "writing">> = {
  needs: [{ table: "referenceData", actions: "PutItem" }],
  make: (place) => makeMember(values, place),
};

/** Removes values from lists. */
export const removedValues: WorldMember<Pick<RowEdits, "writing">> = {
  needs: [{ table: "referenceData", actions: "DeleteItem" }],
  make: (place) => makeMember(values, place),
};

/** Reads rows of a list by their values. */
export const valueRows: WorldMember<(list: string, values: readonly string[]) => Promise<ReadonlyMap<string, Item>>> = {
  needs: [{ table: "referenceData", actions: "BatchGetItem" }],
  make:
    ({ tables, nameOf }) =>
    async (list, values) => {
      const addresses = values.map((value) => ({ tableName: nameOf("referenceData"), key: toItem({ list, value }) }));
      return new Map((await batchGet(tables, addresses)).map(([, item]) => [String(item.value?.S), item]));
    },
};

/** Reads the rows of the usage table that have these ids. */
export const usesById: WorldMember<(ids: readonly string[]) => Promise<ReadonlyMap<string, Item>>> = {
  needs: [{ table: "ledger", actions: "BatchGetItem", under: [CODE_PREFIX] }],
  make:
    ({ tables, nameOf }) =>
    async (ids) => {
      const addresses = ids.map((id) => ({ tableName: nameOf("ledger"), key: toItem({ id }) }));
      return new Map((await batchGet(tables, addresses)).map(([, item]) => [String(item.id?.S), item]));
    },
};

/** Removes the rows that count who used a code. */
export const freedUses: WorldMember<Pick<EditedRows, "remove">> = {
  needs: [{ table: "ledger", actions: "DeleteItem", under: [CODE_PREFIX] }],
  make: ({ tables, nameOf }) => editedRows(tables, nameOf("ledger"), kinds.ledger.key),
};

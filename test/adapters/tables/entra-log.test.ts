import { toItem } from "../../../adapters/tables/item";
import { readEntraLog } from "../../../adapters/tables/ledger-rows";

const row = { id: "entra-log", at: "2026-11-20T10:00:00.000Z", since: "2026-11-13T10:00:00.000Z", until: "2026-11-20T09:30:00.000Z" };
const outcomes = { finished: 35, "timed out": 1 };

it("reads what was kept", () => {
  const { id: _, ...times } = row;
  expect(readEntraLog(toItem({ ...row, outcomes, expires: 1 }))).toEqual({ ...times, outcomes });
});

it.each([
  { given: "no row", item: undefined },
  { given: "no counts", item: toItem(row) },
  { given: "counts that are none", item: toItem({ ...row, outcomes: { finished: "many" } }) },
  { given: "a moment that is none", item: toItem({ ...row, outcomes, until: "yesterday" }) },
])("shows nothing of $given", ({ item }) => expect(readEntraLog(item)).toBeUndefined());

import type { Row } from "../../../engine/sign-up/rule";
import { proposalChange, proposalSubject } from "../../../features/access-list/proposal";

const open: Row = {
  set: "proposals",
  part: "p-1",
  at: "2026-06-15T12:00:00.000Z",
  by: "oid-lee",
  state: "open",
  means: "edit",
  entry: "a.example",
  rows: "deflated",
  expires: 7,
};
const seen = { at: "2026-06-15T12:00:00.000Z", by: "oid-lee", state: "open", means: "edit", entry: "a.example" };
const settled = { state: "confirmed", settledAt: "2026-06-16T12:00:00.000Z", settledBy: "oid-kim", settledName: "Kim", changeSet: "c-1" };

it.each<[string, Row | undefined, Row | undefined, object | undefined]>([
  ["one is made", undefined, open, { action: "access-list.proposed", details: { subject: "p-1", after: seen } }],
  [
    "one is made of many entries",
    undefined,
    { ...open, entry: undefined },
    {
      action: "access-list.proposed",
      details: { subject: "p-1", after: { ...seen, entry: undefined } },
    },
  ],
  [
    "one is written that is decided already",
    undefined,
    { ...open, state: "confirmed" },
    { action: "access-list.proposed", details: { subject: "p-1", after: { ...seen, state: "confirmed" } } },
  ],
  ["one is removed", open, undefined, { action: "access-list.proposal-removed", details: { subject: "p-1", before: seen } }],
  ["nothing of one changes", open, { ...open }, undefined],
  [
    "one is confirmed",
    open,
    { ...open, ...settled },
    {
      action: "access-list.proposal-confirmed",
      details: { subject: "p-1", before: seen, after: { ...seen, ...settled } },
    },
  ],
  [
    "one is rejected",
    open,
    { ...open, state: "rejected", settledBy: "oid-kim" },
    {
      action: "access-list.proposal-rejected",
      details: { subject: "p-1", before: seen, after: { ...seen, state: "rejected", settledBy: "oid-kim" } },
    },
  ],
  [
    "one is confirmed with other rows",
    open,
    { ...open, ...settled, rows: "others" },
    {
      action: "access-list.proposal-changed",
      details: { subject: "p-1", before: seen, after: { ...seen, ...settled, rows: "changed" } },
    },
  ],
  [
    "a rejected one is confirmed",
    { ...open, state: "rejected" },
    { ...open, ...settled },
    {
      action: "access-list.proposal-changed",
      details: { subject: "p-1", before: { ...seen, state: "rejected" }, after: { ...seen, ...settled } },
    },
  ],
  [
    "an open one gets another author",
    open,
    { ...open, by: "oid-kim" },
    { action: "access-list.proposal-changed", details: { subject: "p-1", before: seen, after: { ...seen, by: "oid-kim" } } },
  ],
  [
    "an open one is marked as decided by somebody",
    open,
    { ...open, settledBy: "oid-kim" },
    { action: "access-list.proposal-changed", details: { subject: "p-1", before: seen, after: { ...seen, settledBy: "oid-kim" } } },
  ],
  ["nothing is known of one", undefined, undefined, { action: "access-list.proposal-removed", details: { subject: "" } }],
])("the change recorded for a proposal omits the rows that the proposal would write: %s", (_, before, change, expected) => {
  expect(proposalChange({ ...(before && { before }), ...(change && { after: change }) })).toEqual(expected);
});

it("a proposal is found by its partition and its id", () => expect(proposalSubject("p-1")).toBe("proposals/p-1"));

import { proposalChange, proposalSubject, requestChange } from "../../../engine/audit/row-change";
import type { Row } from "../../../engine/sign-up/rule";

const kim = { kind: "console", name: "oid-kim" };
const asked = { at: "2026-06-15T12:00:00.000Z", to: "pending", by: { kind: "person", name: "K7QD-9MXD" } };
const step = (given: object) => ({ at: "2026-06-16T12:00:00.000Z", by: kim, ...given });

/** A request, and its row after a step of the given kind: `turn` counts the writes by Gatehouse. */
const waiting: Row = { reference: "K7QD-9MXD", state: "pending", email: "a@contoso.com", personId: "person-a", turn: 1, history: [asked] };
const after = (given: object, cells: object = {}): Row => ({ ...waiting, turn: 2, history: [asked, step(given)], ...cells });
const shown = { state: "pending", email: "a@contoso.com", personId: "person-a" };

it.each<[string, object, string | undefined]>([
  ["a vote", { what: "voted" }, "approvals.approve"],
  ["a stage that is passed", { what: "passed" }, "approvals.approve"],
  ["another approver", { what: "reassigned" }, "approvals.reassign"],
  ["a reminder", { what: "reminded" }, "approvals.remind"],
  ["what nobody does", { what: "danced", to: "denied" }, undefined],
  ["a denial", { from: "pending", to: "denied" }, "approvals.deny"],
  ["an approval", { from: "pending", to: "approved" }, "approvals.approve"],
  ["another try", { from: "failed", to: "approved" }, "approvals.retry"],
  ["an invitation", { to: "approved" }, "approvals.invite"],
  ["a request opened again", { from: "denied", to: "pending" }, "approvals.reopen"],
  ["a request that may be asked again", { from: "denied", to: "expired" }, "approvals.reopen"],
  ["a step to nowhere", { from: "pending" }, undefined],
  ["a step to what no approver reaches", { from: "approved", to: "done" }, undefined],
])("an approver's step is an action of theirs: %s", (_, given, action) => {
  const details = { subject: "K7QD-9MXD", before: shown, after: shown };
  expect(requestChange({ before: waiting, after: after(given) })).toEqual(
    action === undefined ? { kind: "unexplained", details } : { kind: "decided", by: "oid-kim", how: "console", action, details },
  );
});

const denied = { to: "denied", from: "pending" };
it.each<[string, Row | undefined, Row | undefined, "none" | "unexplained" | "decided"]>([
  ["a new request of the person's", undefined, { ...waiting, history: undefined }, "none"],
  ["a request removed by hand", waiting, undefined, "unexplained"],
  ["a request that comes from a backup", undefined, after(denied, { restored: "2026-06-17" }), "unexplained"],
  [
    "a request put back over one that stands",
    after(denied, { restored: "2026-06-17" }),
    after(denied, { restored: "2026-06-18" }),
    "unexplained",
  ],
  ["a step after it was put back", { ...waiting, restored: "2026-06-17" }, after(denied, { restored: "2026-06-17" }), "decided"],
  ["the first row of an invitation", undefined, after({ to: "approved" }), "decided"],
  ["a step of Gatehouse's", waiting, after({ to: "done", by: { kind: "gatehouse" } }), "none"],
  ["a step that names nobody", waiting, after({ to: "denied", by: { kind: "console" } }), "unexplained"],
  ["a step without an author", waiting, after({ to: "denied", by: undefined }), "unexplained"],
  ["what Gatehouse writes beside the steps", waiting, { ...waiting, turn: 2 }, "none"],
  ["what somebody writes by hand", waiting, { ...waiting, email: "b@contoso.com" }, "unexplained"],
  ["a turn as text that stays", waiting, { ...waiting, turn: "1", email: "b@contoso.com" }, "unexplained"],
  ["a history that somebody takes away", waiting, { ...waiting, history: undefined }, "unexplained"],
  ["a history that is none", waiting, { ...waiting, turn: 2, history: "soon" }, "none"],
])("an author of a request's change: %s", (_, before, change, kind) => {
  expect(requestChange({ ...(before && { before }), ...(change && { after: change }) }).kind).toBe(kind);
});

it("takes a name for an author, though nobody says what kind of author that is", () => {
  expect(requestChange({ before: waiting, after: after({ ...denied, by: { name: "oid-kim" } }) })).toMatchObject({
    by: "oid-kim",
    how: "",
  });
});

it("shows of a request neither what the person typed nor what is not there", () => {
  const row = { reference: "K7QD-9MXD", state: "pending", attributes: "Kim", turn: 1 };
  expect(requestChange({ before: row })).toStrictEqual({
    kind: "unexplained",
    details: { subject: "K7QD-9MXD", before: { state: "pending" } },
  });
  expect(requestChange({ after: { state: "denied", history: [asked, step(denied)] } })).toStrictEqual({
    kind: "decided",
    by: "oid-kim",
    how: "console",
    action: "approvals.deny",
    details: { subject: "", after: { state: "denied" } },
  });
  expect(requestChange({})).toStrictEqual({ kind: "unexplained", details: { subject: "" } });
});

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
])("a proposal's change, without the rows that it would write: %s", (_, before, change, expected) => {
  expect(proposalChange({ ...(before && { before }), ...(change && { after: change }) })).toEqual(expected);
});

it("a proposal is found by its partition and its id", () => expect(proposalSubject("p-1")).toBe("proposals/p-1"));

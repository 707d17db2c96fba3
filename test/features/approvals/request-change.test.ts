import type { Row } from "../../../engine/sign-up/rule";
import type { TransitionResult } from "../../../features/approvals/change";
import type { Stored } from "../../../features/approvals/request";
import { classifyChange } from "../../../features/approvals/request-change";
import {
  approve,
  claim,
  complete,
  deny,
  expire,
  fail,
  release,
  reopen,
  retry,
  storeAccount,
  strip,
  submit,
  usePass,
  waive,
} from "../../../features/approvals/transitions";
import { account, alice, asking, at, DAY, failure, later, lease, pass } from "./requests";

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
  ["a try before its time", { from: "approved", to: "approved" }, "approvals.retry"],
  ["an invitation", { to: "approved" }, "approvals.invite"],
  ["a request opened again", { from: "denied", to: "pending" }, "approvals.reopen"],
  ["a request that may be asked again", { from: "denied", to: "expired" }, "approvals.reopen"],
  ["a step to nowhere", { from: "pending" }, undefined],
  ["a step to what no approver reaches", { from: "approved", to: "done" }, undefined],
])("an approver's step is recorded as their action: %s", (_, given, action) => {
  const details = { subject: "K7QD-9MXD", before: shown, after: shown };
  expect(classifyChange({ before: waiting, after: after(given) })).toEqual(
    action === undefined ? { kind: "unexplained", details } : { kind: "decided", by: "oid-kim", how: "console", action, details },
  );
});

it("a step that names its act gives the act's id to the audit log", () => {
  const change = { before: waiting, after: after({ from: "pending", to: "denied", act: "20260616-120000000-k7qd" }) };
  expect(classifyChange(change)).toMatchObject({ kind: "decided", act: "20260616-120000000-k7qd" });
});

it("a revoked invitation is told from a denied request", () => {
  const cells = { state: "denied", invitation: { sentAt: "2026-06-15T12:00:00.000Z" } };
  expect(classifyChange({ before: waiting, after: after({ from: "approved", to: "denied" }, cells) })).toMatchObject({
    action: "approvals.deny",
    details: { after: { state: "denied", invitation: true } },
  });
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
])("the author of a request's change is recognised: %s", (_, before, change, kind) => {
  expect(classifyChange({ ...(before && { before }), ...(change && { after: change }) }).kind).toBe(kind);
});

const approved = after({ from: "pending", to: "approved" }, { state: "approved" });
const workersStep = { at: "2026-06-16T12:01:00.000Z", from: "approved", to: "provisioning", by: { kind: "gatehouse", name: "worker" } };
const claimed: Row = { ...approved, state: "provisioning", turn: 3, history: [...(approved.history as object[]), workersStep] };
const released: Row = { ...approved, turn: 4 };
const done = { ...workersStep, from: "provisioning", to: "approved", by: kim };
it.each<[string, Row, "none" | "unexplained" | "decided"]>([
  ["a release, which shows the approver's step again", released, "none"],
  ["a release by hand", { ...released, turn: 3 }, "unexplained"],
  ["a step that an approver adds", { ...released, history: [...(claimed.history as object[]), done] }, "decided"],
])("a change after a worker's claim is classified by its new step: %s", (_, change, kind) => {
  expect(classifyChange({ before: claimed, after: change }).kind).toBe(kind);
});

it("an author with a name but without a kind is recorded by the name", () => {
  expect(classifyChange({ before: waiting, after: after({ ...denied, by: { name: "oid-kim" } }) })).toMatchObject({
    by: "oid-kim",
    how: "",
  });
});

it("a change of a request shows neither typed values nor missing columns", () => {
  const row = { reference: "K7QD-9MXD", state: "pending", attributes: "Kim", turn: 1 };
  expect(classifyChange({ before: row })).toStrictEqual({
    kind: "unexplained",
    details: { subject: "K7QD-9MXD", before: { state: "pending" } },
  });
  expect(classifyChange({ after: { state: "denied", history: [asked, step(denied)] } })).toStrictEqual({
    kind: "decided",
    by: "oid-kim",
    how: "console",
    action: "approvals.deny",
    details: { subject: "", after: { state: "denied" } },
  });
  expect(classifyChange({})).toStrictEqual({ kind: "unexplained", details: { subject: "" } });
});

const { holder } = lease;
type Step = (row: Stored, now: Date) => TransitionResult;
const ofGatehouse: Readonly<Record<string, Step>> = {
  submit: (row, now) => submit(row, asking(), now),
  usePass: (row, now) => usePass(row, "call", now),
  waive,
  claim: (row, now) => claim(row, lease, now),
  storeAccount: (row, now) => storeAccount(row, holder, account, now),
  complete: (row, now) => complete(row, holder, account, now),
  fail: (row, now) => fail(row, holder, failure, now),
  release: (row, now) => release(row, holder, later(2 * DAY), now),
  expire,
  strip,
};
const ofApprovers: Readonly<Record<string, Step>> = Object.fromEntries(
  Object.entries({ approve, deny, reopen, retry }).map(([name, step]) => [name, (row, now) => step(row, { by: alice }, now)]),
);
const moments = [later(DAY), later(40 * DAY)];

it.each([
  ...Object.entries(ofGatehouse).map(([name, step]) => ({ name, step, kind: "none" })),
  ...Object.entries(ofApprovers).map(([name, step]) => ({ name, step, kind: "decided" })),
])("the step $name is classified as $kind from each state", ({ step, kind }) => {
  const kinds = [...Object.values(at), pass].flatMap((before) =>
    moments.flatMap((now) => {
      const result = step(before, now);
      return result.ok ? [classifyChange({ before: { ...before }, after: { ...result.request } }).kind] : [];
    }),
  );
  expect([...new Set(kinds)]).toEqual([kind]);
});

import { decide } from "../../../engine/sign-up/engine";
import { UNREAD } from "../../../engine/sign-up/records";
import type { RecordKey } from "../../../engine/sign-up/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { admissions } from "../../../features/limit/rule";
import { isBySurge } from "../../../features/posture/change";
import { gatePosture } from "../../../features/posture/last-rule";
import { postureKey } from "../../../features/posture/posture";
import { type SurgeOptions, surge } from "../../../features/posture/rule";
import { caseTables } from "../../../local/cases/rows";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW, person, saying, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const HOUR = 3_600_000;
const rule = surge({ max: 3, per: "1h" });
const listed = saying("listed", { kind: "continue", findings: { listed: "allow" } });

/** A gate where so many were let in this hour. */
async function gate(count: number, row?: Record<string, unknown>) {
  const tables = caseTables(new Map());
  const people = person();
  for (const write of admissions((rule.needs?.(people, hashOf, NOW) ?? []).slice(0, 1), count)) await tables.write(write);
  if (row !== undefined) {
    await tables.write({ table: "decisions", item: { ...postureKey().key, ...row } as never, condition: "absent" });
  }
  const policy = anyPolicy([rule, requestApproval({ when: "approval" })]);
  const comes = async (name: string, now = NOW, before = policy) => {
    const { answer } = await decide(
      before,
      person({ email: `${name}@contoso.com` }),
      world({ ...tables, now, lastRule: gatePosture(undefined) }),
    );
    return answer.kind === "block" ? answer.reason : answer.kind;
  };
  return { comes, row: () => tables.row(postureKey()) };
}

it("sets the gate to approval for four hours once the first person beyond the maximum signs up", async () => {
  const { comes, row } = await gate(2);
  expect(await comes("one")).toBe("continue");
  expect(row()).toBeUndefined();
  expect(await comes("two")).toBe("continue");
  expect(row()).toMatchObject({ surgeSince: NOW.toISOString(), surgeUntil: new Date(NOW.getTime() + 4 * HOUR).toISOString(), revision: 1 });
  expect(await comes("three")).toBe("approval.requested");
  expect(isBySurge(undefined, row())).toBe(true);
});

it.each([
  { given: "closed", row: { state: "closed", until: "2026-03-02" } },
  { given: "listed", row: { state: "listed" } },
  { given: "approval", row: { state: "approval", until: "2026-03-02" } },
  { given: "what nobody can read", row: { state: "shut" } },
  { given: "opened by a person in this very window", row: { state: "open", surgeWindow: "this" } },
])("a surge does not change a gate that is already set: $given", async ({ row }) => {
  const window = String(rule.needs?.(person(), hashOf, NOW)[0]?.key.id);
  const before = "surgeWindow" in row ? { ...row, surgeWindow: window } : row;
  const at = await gate(3, before);
  await at.comes("one");
  expect(at.row()).toEqual({ ...postureKey().key, ...before });
});

it("a surge keeps a state that is scheduled for later", async () => {
  const scheduled = { state: "closed", from: "2027-01-01", until: "2027-01-02", revision: 4 };
  const at = await gate(3, scheduled);
  await at.comes("one");
  expect(at.row()).toMatchObject({ ...scheduled, revision: 5, surgeSince: NOW.toISOString() });
});

it("later people do not extend the surge's state; too many people in another window set it again", async () => {
  const at = await gate(3);
  await at.comes("one");
  const first = at.row();
  for (const name of ["two", "three"]) await at.comes(name);
  expect(at.row()).toEqual(first);
  const later = new Date(NOW.getTime() + 5 * HOUR);
  for (const name of ["a", "b", "c"]) expect(await at.comes(name, later)).toBe("continue");
  expect(at.row()).toEqual(first);
  await at.comes("d", later);
  expect(at.row()).toMatchObject({ surgeSince: later.toISOString(), revision: 2 });
});

it("does not count people whom an entry allows or a later rule refuses", async () => {
  const at = await gate(3);
  await at.comes("one", NOW, anyPolicy([listed, rule]));
  await at.comes("two", NOW, anyPolicy([rule, saying("no", { kind: "block", reason: "own.reason" })]));
  expect(at.row()).toBeUndefined();
});

it.each([
  { options: { max: 0, per: "1h" }, says: /max must be/ },
  { options: { max: 1, per: "5h" }, says: /from "1m" to "4h"/ },
  { options: { max: 1, per: "1d" }, says: /from "1m" to "4h"/ },
  { options: { max: 1, per: "1h", then: "closed" }, says: /then must be "approval"/ },
  { options: { max: 1, per: "1h", gate: "x" }, says: /has no option "gate"/ },
])("refuses $options", ({ options, says }) => expect(() => surge(options as SurgeOptions)).toThrow(says));

describe("the write that sets the gate", () => {
  const counted = rule.needs?.(person(), hashOf, NOW)[0] as RecordKey;
  const window = String(counted.key.id);
  const full = [counted, { admitted: ["a", "b", "c"] }] as const;
  const reached = {
    kind: "continue",
    findings: { "limit-surge": "reached" },
    evidence: { limit: "surge", window: "3 per 1h" },
  };
  const until = new Date(NOW.getTime() + 4 * HOUR).toISOString();

  it.each([
    { given: "no row", row: undefined, condition: "absent" },
    {
      given: "a row with all kinds of cells",
      row: { state: "open", revision: 4, name: true, by: ["a"], via: { a: 1 } },
      condition: { ...postureKey().key, state: "open", revision: 4, name: true },
    },
  ])("is made if the person is admitted and the gate's row has not changed since the read: $given", async ({ row, condition }) => {
    const rows = [full, ...(row === undefined ? [] : [[postureKey(), row] as const])];
    expect(await saidBy(surge({ max: 3, per: "1h" }), person(), { rows })).toStrictEqual({
      ...reached,
      effects: [
        {
          table: "decisions",
          item: expect.objectContaining({ surgeWindow: window, surgeSince: NOW.toISOString(), surgeUntil: until }),
          condition,
          onlyIfAdmitted: true,
          onConflict: { kind: "continue" },
        },
      ],
    });
  });

  it.each([
    {
      given: "the gate is set to approval",
      rows: [full, [postureKey(), { state: "approval", until: "2026-03-02" }] as const],
      effects: [],
    },
    { given: "it was set in this window", rows: [full, [postureKey(), { state: "open", surgeWindow: window }] as const], effects: [] },
  ])("is not made if $given", async ({ rows, effects }) =>
    expect(await saidBy(surge({ max: 3, per: "1h" }), person(), { rows })).toStrictEqual({ ...reached, effects }),
  );

  it("is not made if the count is unknown", async () =>
    expect(await saidBy(surge({ max: 3, per: "1h" }), person(), { rows: [[counted, UNREAD]] })).toStrictEqual({
      ...reached,
      evidence: { ...reached.evidence, count: "unread" },
    }));
});

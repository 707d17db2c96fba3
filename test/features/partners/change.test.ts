import type { Row } from "../../../engine/sign-up/rule";
import type { PartnerRow } from "../../../features/access-list/partner";
import { addedPartner, isSameState, lookedFor } from "../../../features/partners/change";

const START = new Date("2026-03-01T00:00:00.000Z");
const after = (days: number) => new Date(START.getTime() + days * 86_400_000);
const added: PartnerRow = {
  reference: "partner",
  id: "contoso.com",
  token: "t0ken",
  state: "pending",
  since: "2026-03-01T00:00:00.000Z",
  until: "2026-05-30T00:00:00.000Z",
  addedAt: "2026-03-01T00:00:00.000Z",
  by: "kim",
  revision: 1,
};

it("a new domain waits 90 days for its record", () => {
  expect(addedPartner({ domain: "contoso.com", token: "t0ken", by: "kim" }, START)).toStrictEqual(added);
});

it("a check keeps a partner's dates if the state stays, and restarts them if the state changes", () => {
  const { until: _, ...endless } = added;
  const looked = (day: number, look: PartnerRow["look"]) => ({ lookedAt: after(day).toISOString(), look });
  const waiting = lookedFor(added, "missing", after(1));
  expect(waiting).toStrictEqual({ ...added, ...looked(1, "missing"), revision: 2 });
  const proven = lookedFor(waiting, "found", after(2));
  expect(proven).toStrictEqual({ ...endless, state: "proven", since: after(2).toISOString(), ...looked(2, "found"), revision: 3 });
  const again = lookedFor(proven, "found", after(3));
  expect(again).toStrictEqual({ ...proven, ...looked(3, "found"), revision: 4 });
  expect(lookedFor(again, "wildcard", after(4))).toStrictEqual({
    ...again,
    state: "stale",
    since: after(4).toISOString(),
    until: after(11).toISOString(),
    ...looked(4, "wildcard"),
    revision: 5,
  });
});

const row: Row = { ...added };
it.each<[string, Row | undefined, Row | undefined, boolean]>([
  ["nothing changed", row, { ...row }, true],
  ["the record was looked for", row, { ...row, lookedAt: "2026-03-02", look: "missing", revision: 2 }, true],
  ["a look is no longer noted", { ...row, look: "found" }, row, true],
  ["the state changed", row, { ...row, state: "proven" }, false],
  ["the end is another one", row, { ...row, until: "2027-01-01" }, false],
  ["the end was taken away", row, { ...row, until: undefined }, false],
  ["somebody added a cell", row, { ...row, note: "x" }, false],
  ["it was added", undefined, row, false],
  ["it was removed", row, undefined, false],
  ["there is none", undefined, undefined, false],
])("decides if a change of a partner concerns only the check, and needs no report: %s", (_, before, now, same) => {
  expect(isSameState(before, now)).toBe(same);
});

import { toItem } from "../../../adapters/tables/item";
import type { Row } from "../../../engine/sign-up/rule";
import { describeEntry, summary } from "../../../features/access-list/describe-entry";
import { checkEdit, givesBack, mayAdmit, takesAway } from "../../../features/access-list/edit-check";
import type { FileRow } from "../../../features/access-list/files/row";
import { findKeyAndProblems, isTidying, merge } from "../../../features/access-list/hygiene";
import { keepAllowedUntil, planRow } from "../../../features/access-list/let-in";
import { match } from "../../../features/access-list/match";
import { broadRows, comparedRow, shadowOver } from "../../../features/access-list/overlap";
import { readRow } from "../../../features/access-list/row";
import { addIndexes } from "../../../features/access-list/store/list-indexes";
import { rowPhases, toRowChange } from "../../../features/access-list/store/row-changes";
import { addedPartner, lookedFor } from "../../../features/partners/change";

const THURSDAY = new Date("2026-11-26T12:00:00Z");
const FRIDAY = "2026-11-27";
const SATURDAY = new Date("2026-11-28T00:00:00Z");
const kim = { email: "kim@contoso.com", identities: [] };
const added = addedPartner({ domain: "contoso.com", token: "t".repeat(32), by: "somebody" }, THURSDAY);
const proven = lookedFor(added, "found", THURSDAY);
const resting = { entry: "kim@contoso.com", effect: "deny", allowedUntil: FRIDAY } as const;

function listed(
  rows: readonly Row[],
  person: object = {},
  { now = THURSDAY, isProven = true, partner = undefined as Row | undefined } = {},
) {
  const table = new Map(rows.map((row) => [String(row.entry), row]));
  return match({ ...kim, ...person }, [], (key) => table.get(key), now, isProven, partner);
}

describe("a deny that rests until a day", () => {
  const domain = { entry: "contoso.com", effect: "allow" };
  const byGoogle = { identities: [{ issuer: "google.com", issuerAssignedId: "1" }] };

  it("lets in its person until then, and is a deny again afterwards", () => {
    expect(listed([resting, domain])).toEqual({
      listed: "allow",
      matches: [
        { entry: "kim@contoso.com", effect: "allow", level: "address", allowedUntil: "2026-11-28T00:00:00.000Z" },
        { entry: "contoso.com", effect: "allow", level: "domain" },
      ],
    });
    expect(listed([resting, domain], {}, { now: SATURDAY }).listed).toBe("deny");
    expect(listed([{ ...resting, effect: "approval" }], {}, { now: SATURDAY }).listed).toBe("approval");
  });

  it.each([
    { name: "an address that nobody proves", row: resting, person: {}, isProven: false },
    { name: "the address with a tag", row: resting, person: { email: "kim+x@contoso.com" } },
    { name: "a provider's account without a proven address", row: { ...resting, entry: "contoso.com" }, person: byGoogle, isProven: false },
    { name: "a deny whose effect is mistyped", row: { ...resting, effect: "dney" }, person: {} },
    { name: "a deny whose provider is mistyped", row: { ...resting, issuer: "goo gle" }, person: {} },
    { name: "a deny whose gates are mistyped", row: { ...resting, gates: "?" }, person: {} },
    { name: "a deny whose own end is mistyped", row: { ...resting, expiresAt: "soon" }, person: {} },
    { name: "a deny with a misnamed column", row: { ...resting, Issuers: "google.com" }, person: {} },
    { name: "a deny of a partner whose domain is not proven", row: { ...resting, byPartner: "contoso.com" }, person: {} },
  ])("stays a deny for $name", ({ row, person, isProven = true }) => {
    expect(listed([row, { entry: "*", effect: "allow" }], person, { isProven }).listed).toBe("deny");
  });

  it.each([undefined, "", " ", "soon", null, true, [], "2570-01-31", Date.parse(FRIDAY)])("stays a deny with %j in the column", (cell) => {
    const row = { ...resting, allowedUntil: cell };
    expect(listed([row]).listed).toBe("deny");
    expect(findKeyAndProblems(row).problems.length).toBe(cell === undefined ? 0 : 1);
  });

  it.each(["allowUntil", "allowed_until", "AllowedUntil", "alowedUntil", "allowedTill"])(
    "is flagged if the column is called %s",
    (name) => {
      const problem = { code: "misnamedColumn", name, meant: "allowedUntil" };
      expect(findKeyAndProblems({ entry: "kim@contoso.com", effect: "deny", [name]: FRIDAY }).problems).toEqual([problem]);
      expect(listed([{ entry: "kim@contoso.com", effect: "deny", [name]: FRIDAY }]).listed).toBe("deny");
    },
  );

  it("never makes an endless allow: an allow with the column does not count, and is told the right one", () => {
    const row = { ...resting, effect: "allow" };
    expect(listed([row]).listed).toBe("unlisted");
    expect(findKeyAndProblems(row).problems).toEqual([{ code: "misnamedColumn", name: "allowedUntil", meant: "expiresAt" }]);
  });

  it("lets in its people only at the row's gates and from its provider", () => {
    const atGate = { ...resting, gates: "suppliers", issuer: "google.com" };
    expect(listed([atGate], { ...byGoogle, gate: "suppliers" }).listed).toBe("allow");
    expect(listed([atGate], { ...byGoogle }).listed).toBe("unlisted");
    expect(listed([atGate], { gate: "suppliers" }).listed).toBe("unlisted");
  });

  it("is an allow of its provider if it is one", () => {
    const row = { entry: "issuer:google.com", effect: "deny", allowedUntil: FRIDAY };
    expect(listed([row, { entry: "contoso.com", effect: "deny" }], byGoogle).listed).toBe("deny");
    expect(listed([row], byGoogle).matches).toMatchObject([{ effect: "allow", level: "issuer" }]);
    expect(listed([row], byGoogle, { now: SATURDAY }).matches).toMatchObject([{ effect: "deny", level: "veto" }]);
  });

  it("of a partner is no closer than the domain, as a partner's allow", () => {
    const row = { ...resting, byPartner: "contoso.com" };
    expect(listed([row], {}, { partner: proven }).matches).toMatchObject([{ effect: "allow", level: "domain" }]);
    expect(listed([row, { entry: "contoso.com", effect: "deny" }], {}, { partner: proven }).listed).toBe("deny");
  });

  it("ends with the row's own end", () => {
    expect(listed([{ ...resting, expiresAt: "2026-11-25" }]).listed).toBe("unlisted");
  });

  it.each([
    { entry: "kim+x@contoso.com", effect: "deny", allowedUntil: FRIDAY },
    { entry: "kim@contoso.com", typed: "kim+x@contoso.com", effect: "deny", allowedUntil: FRIDAY },
  ])("counts for nobody if the deny also covers another person's address: $typed $entry", (row) => {
    expect(findKeyAndProblems(row).problems).toEqual([{ code: "allowedUntilOfTag" }]);
    for (const email of ["kim@contoso.com", "kim+x@contoso.com"])
      expect(listed([row, { entry: "*", effect: "allow" }], { email }).listed).not.toBe(row.entry === email ? "allow" : "none");
  });

  it("says so in one line", () => {
    expect(summary(describeEntry({ ...resting, note: "left" }, THURSDAY))).toBe('deny, allowed until 2026-11-27, note "left"');
    expect(summary(describeEntry(resting, SATURDAY))).toBe("deny");
  });

  it("is among what ends soon by the earlier of its two ends", () => {
    const end = (more: object) => addIndexes(toItem({ ...resting, ...more })).indexEnd?.S?.slice(0, 10);
    expect(end({})).toBe("2026-11-28");
    expect(end({ expiresAt: "2026-11-20" })).toBe("2026-11-21");
    expect(end({ expiresAt: "2027-01-31", allowedUntil: "soon" })).toBe("2027-02-01");
  });

  it("is neither superfluous nor makes another row so", () => {
    const rows = broadRows();
    const wide = comparedRow({ entry: "contoso.com", effect: "deny" });
    rows.add(wide, THURSDAY);
    expect(shadowOver(comparedRow({ ...resting, allowedUntil: undefined }), [], rows)).toBe("contoso.com");
    expect(shadowOver(comparedRow(resting), [], rows)).toBeUndefined();
    const suspended = broadRows();
    suspended.add(comparedRow({ ...resting, entry: "contoso.com" }), THURSDAY);
    for (const effect of ["deny", "allow"])
      expect(shadowOver(comparedRow({ entry: "kim@contoso.com", effect }), [], suspended)).toBeUndefined();
  });
});

describe("two rows that become one", () => {
  const typed = { entry: "Kim@contoso.com", effect: "deny" };
  const of = (one: object, other: object) => {
    const current = { entry: "kim@contoso.com", effect: "deny", ...other };
    const { winner, set, remove } = merge({ ...typed, ...one }, current, THURSDAY);
    const cells: Row = { ...(winner === "typed" ? { ...typed, ...one } : current), ...set };
    return remove.includes("allowedUntil") ? undefined : cells.allowedUntil;
  };

  it.each([
    { one: { allowedUntil: FRIDAY }, other: { allowedUntil: "2026-11-30" }, is: FRIDAY },
    { one: { allowedUntil: "2026-11-30" }, other: { allowedUntil: FRIDAY }, is: FRIDAY },
    { one: { allowedUntil: FRIDAY }, other: {}, is: undefined },
    { one: {}, other: { allowedUntil: FRIDAY }, is: undefined },
    { one: { allowedUntil: FRIDAY }, other: { allowedUntil: "soon" }, is: undefined },
    { one: { allowedUntil: FRIDAY }, other: { effect: "approval", allowedUntil: "2026-11-26" }, is: "2026-11-26" },
    { one: { allowedUntil: FRIDAY }, other: { effect: "allow" }, is: undefined },
    { one: { allowedUntil: FRIDAY }, other: { effect: "allow", expiresAt: "2026-11-01" }, is: FRIDAY },
    { one: { allowedUntil: FRIDAY, issuer: "google.com" }, other: { allowedUntil: FRIDAY, issuer: "mail" }, is: undefined },
    { one: { allowedUntil: FRIDAY, issuer: "google.com" }, other: { allowedUntil: FRIDAY }, is: FRIDAY },
  ])("keep the earlier end, or none: $one and $other", ({ one, other, is }) => expect(of(one, other)).toBe(is));

  it("are the worker's own change only if the row rests no longer than before", () => {
    const after = { ...resting, note: 'also typed as "x" (effect deny)' };
    const change = (before: Row) => isTidying({ table: "access-list", before, after, at: THURSDAY } as never, () => undefined);
    expect(change({ ...resting, allowedUntil: "2026-11-30" })).toBe(true);
    expect(change({ ...resting, allowedUntil: undefined })).toBe(false);
    expect(change({ ...resting, effect: "allow", allowedUntil: undefined })).toBe(false);
  });
});

describe("an edit in several writes", () => {
  const plain = { entry: "kim@contoso.com", effect: "deny" };
  it.each([
    { before: plain, after: resting, phases: "denies out" },
    { before: resting, after: plain, phases: "denies in" },
    { before: resting, after: { ...resting, note: "x" }, phases: "denies in" },
    { before: undefined, after: resting, phases: "denies in and out" },
    { before: resting, after: undefined, phases: "denies in and out" },
    { before: resting, after: { ...plain, effect: "allow" }, phases: "denies in and out" },
    { before: { ...plain, effect: "allow" }, after: resting, phases: "denies in and out" },
    { before: resting, after: { ...resting, issuer: "mail" }, phases: "denies in and out" },
    { before: plain, after: { ...plain, allowedUntil: "soon" }, phases: "denies in" },
  ])("never lets in by half of it: $before to $after", ({ before, after, phases }) => {
    const edit = { before: before && toItem(before), after: after && toItem(after) };
    expect(rowPhases(edit)).toBe(phases);
    const { between } = toRowChange(edit);
    expect(between === undefined).toBe(phases !== "denies in and out");
    expect(between?.allowedUntil).toBeUndefined();
    expect(between?.effect?.S ?? "deny").toBe("deny");
  });
});

describe("the check of an edit", () => {
  const plain = { entry: "kim@contoso.com", effect: "deny" };
  const around = [{ entry: "contoso.com", effect: "allow" }];
  const codes = (before: Row | undefined, after: Row) => checkEdit({ before, after }, { now: THURSDAY, around }).map(({ code }) => code);

  it.each([
    { before: plain, after: resting, is: [false, true, true] },
    { before: resting, after: plain, is: [true, false, false] },
    { before: undefined, after: resting, is: [true, false, true] },
    { before: resting, after: { ...resting, allowedUntil: "2026-12-04" }, is: [false, true, true] },
    { before: { ...plain, effect: "allow" }, after: resting, is: [true, false, false] },
    { before: resting, after: { ...plain, effect: "allow" }, is: [false, true, true] },
    { before: plain, after: { ...plain, allowedUntil: "2026-11-20" }, is: [false, false, false] },
  ])("knows who gets in and who is kept out: $before to $after", ({ before, after, is }) => {
    const edit = { before, after };
    expect([takesAway(edit, THURSDAY), givesBack(edit, THURSDAY), mayAdmit(edit, THURSDAY)]).toEqual(is);
  });

  it("never says that an entry changes nothing if it ends or suspends a deny", () => {
    const allow = { entry: "kim@contoso.com", effect: "allow" };
    expect(codes(undefined, allow)).toEqual(["shadowed"]);
    expect(codes({ ...plain, expiresAt: "2026-11-20" }, allow)).toEqual(["shadowed"]);
    expect(codes(plain, allow)).toEqual([]);
    expect(codes({ ...plain, effect: "approval" }, allow)).toEqual([]);
    expect(codes(plain, resting)).toEqual([]);
  });

  it("warns of whom a wide entry lets in until then, and not that the entry ends", () => {
    expect(codes({ entry: "*", effect: "deny" }, { entry: "*", effect: "deny", allowedUntil: FRIDAY })).toEqual([
      "everyone",
      "suspendsEntry",
    ]);
    expect(
      codes({ entry: "*.contoso.com", effect: "approval" }, { entry: "*.contoso.com", effect: "approval", allowedUntil: FRIDAY }),
    ).toEqual(["suspendsEntry"]);
  });
});

describe("letting in until a day", () => {
  const allow = (more: Partial<FileRow> = {}): FileRow => ({ entry: "kim@contoso.com", effect: "allow", expiresAt: FRIDAY, ...more });
  const plan = (wanted: FileRow, current: Row | undefined) => planRow(wanted, current, THURSDAY);

  it.each(["deny", "approval"])("keeps the %s, with its limits, its end and its note", (effect) => {
    const current = { entry: "kim@contoso.com", effect, gates: "suppliers", issuer: "google.com", note: "left", expiresAt: "2027-01-31" };
    const row = { ...current, note: "left; a week more", allowedUntil: FRIDAY };
    expect(plan(allow({ note: "a week more" }), current)).toEqual({ ok: true, row });
    expect(plan(allow({ note: "a week more" }), row)).toEqual({ ok: true, row });
    expect(plan(allow({ expiresAt: "2026-12-04" }), row)).toEqual({ ok: true, row: { ...row, allowedUntil: "2026-12-04" } });
  });

  it.each([
    { name: "there is no row", current: undefined },
    { name: "an allow stands", current: { entry: "kim@contoso.com", effect: "allow" } },
    { name: "the deny is over", current: { entry: "kim@contoso.com", effect: "deny", expiresAt: "2026-11-20" } },
    { name: "the deny ends before", current: { entry: "kim@contoso.com", effect: "deny", expiresAt: FRIDAY } },
  ])("is an allow with an end if $name", ({ current }) => expect(plan(allow(), current)).toEqual({ ok: true, row: allow() }));

  const { expiresAt: _, ...endless } = allow();
  it("replaces the row if it has no end, or the row's own effect", () => {
    for (const wanted of [endless, allow({ effect: "deny" })]) expect(plan(wanted, resting)).toEqual({ ok: true, row: wanted });
  });

  it.each([
    { wanted: { effect: "approval" }, current: { effect: "deny" }, problem: { code: "endsBeforeCurrent", effect: "deny" } },
    {
      wanted: { effect: "approval" },
      current: { effect: "deny", expiresAt: "2026-12-24" },
      problem: { code: "endsBeforeCurrent", effect: "deny" },
    },
    { wanted: { effect: "deny" }, current: { effect: "approval" }, problem: { code: "endsBeforeCurrent", effect: "approval" } },
  ] as const)("is refused for another effect that ends before the row: $wanted over $current", ({ wanted, current, problem }) => {
    const row = { entry: "kim@contoso.com", ...current };
    expect(plan(allow(wanted), row)).toEqual({ ok: false, problem });
    expect(plan({ ...endless, ...wanted }, row)).toMatchObject({ ok: true });
    expect(plan({ ...allow(wanted), expiresAt: "2027-01-31" }, { ...row, expiresAt: "2027-01-31" })).toMatchObject({ ok: true });
  });

  it.each([
    { wanted: { gates: "default" }, current: {}, problem: { code: "suspendsOtherGates", gates: "" } },
    {
      wanted: { gates: "default" },
      current: { gates: "default suppliers" },
      problem: { code: "suspendsOtherGates", gates: "default suppliers" },
    },
    { wanted: { issuer: "google.com" }, current: {}, problem: { code: "suspendsOtherIssuer", issuer: "" } },
    {
      wanted: { issuer: "google.com" },
      current: { issuer: "facebook.com" },
      problem: { code: "suspendsOtherIssuer", issuer: "facebook.com" },
    },
    { wanted: { effect: "approval", issuer: "google.com" }, current: {}, problem: { code: "suspendsOtherIssuer", issuer: "" } },
    { wanted: {}, current: { gates: "default", issuer: "google.com" } },
    { wanted: { gates: "default suppliers" }, current: { gates: "default" } },
    { wanted: { gates: "default" }, current: { effect: "allow" } },
    { wanted: { effect: "deny", gates: "default" }, current: {} },
  ] as const)("is refused without an end, too, for some of the row's people: $wanted over $current", ({ wanted, current, ...rest }) => {
    const planned = plan({ ...endless, ...wanted }, { entry: "kim@contoso.com", effect: "deny", ...current });
    expect(planned).toMatchObject("problem" in rest ? { ok: false, problem: rest.problem } : { ok: true });
  });

  it.each([resting, { entry: "kim@contoso.com", effect: "deny" }])("is refused if the day is over: $allowedUntil", (current) => {
    expect(plan(allow({ expiresAt: "2026-11-20" }), current)).toEqual({ ok: false, problem: { code: "suspendsUntilPast" } });
  });

  it.each([
    { wanted: { gates: "default" }, current: {}, problem: { code: "suspendsOtherGates", gates: "" } },
    {
      wanted: { gates: "default" },
      current: { gates: "default suppliers" },
      problem: { code: "suspendsOtherGates", gates: "default suppliers" },
    },
    { wanted: { gates: "default suppliers" }, current: { gates: "default" }, problem: { code: "suspendsOtherGates", gates: "default" } },
    { wanted: { issuer: "google.com" }, current: {}, problem: { code: "suspendsOtherIssuer", issuer: "" } },
    { wanted: {}, current: { gates: "?" }, problem: { code: "suspendsUnreadable" } },
    { wanted: {}, current: { effect: "no" }, problem: { code: "suspendsUnreadable" } },
    { wanted: { entry: "kim+x@contoso.com" }, current: {}, problem: { code: "allowedUntilOfTag" } },
  ])("is refused for some of the row's people: $wanted over $current", ({ wanted, current, problem }) => {
    expect(plan(allow(wanted), { entry: "kim@contoso.com", effect: "deny", ...current })).toEqual({ ok: false, problem });
  });

  it("mends an unreadable day", () => {
    expect(plan(allow(), { ...resting, allowedUntil: "soon" })).toMatchObject({ ok: true, row: { effect: "deny", allowedUntil: FRIDAY } });
  });

  it("counts, even if the deny was typed with a tag", () => {
    const current = { entry: "kim@contoso.com", effect: "deny", typed: "kim+x@contoso.com" };
    const planned = plan(allow(), current);
    expect(planned.ok && listed([{ ...planned.row }]).listed).toBe("allow");
  });

  it("stays below a file without the column, if the row stays otherwise as it is", () => {
    const row = { entry: "kim@contoso.com", effect: "deny" } as const;
    expect(keepAllowedUntil(row, resting)).toEqual({ ...row, allowedUntil: FRIDAY });
    for (const wanted of [
      { ...row, allowedUntil: "" },
      { ...row, effect: "approval" },
      { ...row, gates: "default" },
    ] as const)
      expect(keepAllowedUntil(wanted, resting)).toEqual(wanted);
  });
});

describe("a cell of a row that the DynamoDB console duplicated", () => {
  const odd: readonly unknown[] = [null, "", " ", 0, 7, true, [], [null], {}, "\u0000", "x y", "Contoso.com ", "CONTOSO.COM"];
  it.each(["effect", "issuer", "gates", "expiresAt", "allowedUntil", "byPartner", "note", "typed", "problem"])(
    "never makes an allow count for nobody unflagged: %s",
    (name) => {
      for (const cell of odd) {
        const row = { entry: "contoso.com", effect: "allow", [name]: cell };
        const { problems } = findKeyAndProblems(row);
        const isIn = listed([row], { identities: [] }, { partner: proven }).listed === "allow" || readRow(row).issuer !== undefined;
        expect({ cell, isFlagged: problems.length > 0 }).toEqual({ cell, isFlagged: !isIn && readRow(row).gates === undefined });
      }
    },
  );
});

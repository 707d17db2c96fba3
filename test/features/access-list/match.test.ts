import { system } from "../../../adapters/system";
import { addressOf, normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { decide } from "../../../engine/sign-up/engine";
import type { Ports } from "../../../engine/sign-up/ports";
import { recordId, rowsUnder, UNREAD } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { classesOf } from "../../../features/access-list/classes";
import { rowKey } from "../../../features/access-list/entry";
import { candidates, match } from "../../../features/access-list/match";
import { accessList } from "../../../features/access-list/rule";
import { countingRows } from "../../../features/counting-rows";
import { addedPartner, lookedFor } from "../../../features/partners/change";
import { hashOf } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";
import { type ListRow, readList } from "./oracle";
import { type DecisionRow, decisionGroups, signUpOf, tidied } from "./table";

const someday = "2026-06-15T12:00:00Z";
const nowOf = (row: DecisionRow) => new Date(row.now ?? someday);
const storedRows = (row: DecisionRow) => (row.tidy ? tidied(row.entries, nowOf(row)) : row.entries);
const byName = (rows: readonly DecisionRow[]) => rows.map((row) => [row.name, row] as const);

describe("the decision table", () => {
  const rows = decisionGroups.flatMap(({ rows }) => rows);

  it("has no two rows of the same name in one group", () => {
    const names = decisionGroups.flatMap(({ group, rows }) => rows.map(({ name }) => `${group}: ${name}`));
    expect(new Set(names).size).toBe(names.length);
  });

  it("expects of each row that is sent over HTTP the same answer as without HTTP", () => {
    for (const { name, wire, expect: answer, now, classes } of rows.filter((row) => row.wire !== undefined)) {
      expect({ name, wire, now, classes }).toEqual({ name, wire: answer === "allow" ? "Continue" : "ShowBlockPage" });
    }
  });
});

describe.each(decisionGroups.map(({ group, rows }) => [group, rows] as const))("%s", (_, rows) => {
  it.each(byName(rows))("the plain reading of the list gives the table's answer: %s", (_, row) => {
    const reading = readList(row.entries, row, {
      classes: row.classes,
      now: nowOf(row).getTime(),
      rows: row.tidy ? "typed" : "stored",
    });

    expect(reading.answer).toBe(row.expect);
    if (row.decidedBy !== undefined && !row.tidy) expect(reading.decidedBy).toBe(row.decidedBy);
  });

  it.each(byName(rows))("the matcher gives the table's answer: %s", (_, row) => {
    const email = normaliseEmail(row.email);
    const person = signUpOf(row);
    if (email === undefined || person === undefined) {
      expect([email, person && addressOf(person), row.expect, row.decidedBy]).toEqual([undefined, undefined, "deny", undefined]);
      return;
    }
    const table = new Map(storedRows(row).map((each) => [each.entry, each]));

    const { listed, matches } = match(
      person,
      classesOf(splitAddress(email).domain, row.classes ?? []),
      (key) => cells(table.get(key)),
      nowOf(row),
    );

    expect(listed).toBe(row.expect);
    if (row.decidedBy !== undefined) expect(matches[0]?.entry).toBe(row.decidedBy);
  });

  it.each(byName(rows))("the engine gives the table's answer: %s", async (_, row) => {
    const signUp = signUpOf(row);
    if (signUp === undefined) {
      expect(row.expect).toBe("deny");
      return;
    }
    const strict = anyPolicy([accessList({ classes: row.classes })]);
    const open = anyPolicy([accessList({ classes: row.classes, otherwise: "continue" })]);

    const [answer, openAnswer] = await Promise.all([strict, open].map((policy) => decide(policy, signUp, worldOf(row))));

    if (addressOf(signUp) === undefined) {
      for (const one of [answer, openAnswer]) expect(one?.answer).toEqual({ kind: "block", reason: "request.email" });
      return;
    }
    expect(answer?.answer).toEqual(answers[row.expect]);
    expect(openAnswer?.answer).toEqual(row.expect === "unlisted" ? answers.allow : answers[row.expect]);
    const findings = { listed: row.expect, ...(row.expect === "allow" && { allowed: true }) };
    if (row.expect === "allow" || row.expect === "unlisted") expect(openAnswer?.trace[0]?.findings).toEqual(findings);
  });
});

describe("an allow that a partner's row gives", () => {
  const now = new Date(someday);
  const allow = { entry: "kim@contoso.com", effect: "allow", byPartner: "contoso.com" };
  const kim = { email: "kim@contoso.com", identities: [{ issuer: "mail", issuerAssignedId: "kim@contoso.com" }] };
  const pending = addedPartner({ domain: "contoso.com", token: "t", by: "lee" }, now);
  const proven = lookedFor(pending, "found", now);
  const listedBy = (rows: readonly Row[], partner: Row | undefined) => {
    const list = new Map(rows.map((row): [string, Row] => [String(row.entry), row]));
    return match(kim as never, [], (key) => list.get(key), now, true, partner);
  };

  it.each<{ beside: string; rows: readonly Row[]; listed: string }>([
    { beside: "nothing", rows: [], listed: "allow" },
    { beside: "an operator's deny of everybody", rows: [{ entry: "*", effect: "deny" }], listed: "allow" },
    { beside: "an operator's deny of the domain", rows: [{ entry: "contoso.com", effect: "deny" }], listed: "deny" },
    { beside: "an operator's approval of everybody", rows: [{ entry: "*", effect: "approval" }], listed: "allow" },
    { beside: "an operator's approval of the domain", rows: [{ entry: "contoso.com", effect: "approval" }], listed: "approval" },
    { beside: "an operator's approval of the provider", rows: [{ entry: "issuer:mail", effect: "approval" }], listed: "approval" },
    { beside: "an operator's deny of the provider", rows: [{ entry: "issuer:mail", effect: "deny" }], listed: "deny" },
    { beside: "an operator's deny of the account", rows: [{ entry: "issuer:mail/kim@contoso.com", effect: "deny" }], listed: "deny" },
  ])("counts like an allow of the domain: beside $beside, the list answers $listed", ({ rows, listed }) => {
    expect(listedBy([allow, ...rows], proven).listed).toBe(listed);
  });

  it.each<{ partner: string; row: Row | undefined; listed: string }>([
    { partner: "stale in its week", row: lookedFor(proven, "missing", now), listed: "allow" },
    { partner: "not there", row: undefined, listed: "unlisted" },
    { partner: "unread", row: UNREAD, listed: "unlisted" },
    { partner: "pending", row: pending, listed: "unlisted" },
    { partner: "stale for more than a week", row: { ...lookedFor(proven, "missing", now), until: someday }, listed: "unlisted" },
    { partner: "proven, with an end that somebody typed", row: { ...proven, until: someday }, listed: "unlisted" },
    { partner: "proven, with a column that partners do not have", row: { ...proven, expiresAt: "2030-01-01" }, listed: "unlisted" },
    { partner: "proven, without its token", row: { ...proven, token: undefined }, listed: "unlisted" },
  ])("counts as long as the partner's row is valid: $partner", ({ row, listed }) => {
    expect(listedBy([allow], row)).toMatchObject({ listed });
    expect(listedBy([{ ...allow, effect: "deny" }], row).listed).toBe("deny");
    expect(listedBy([{ ...allow, effect: "approval" }], row).listed).toBe("approval");
  });

  it("does not count if the row names another partner or an invalid one", () => {
    for (const byPartner of ["fabrikam.com", "", 7, null]) expect(listedBy([{ ...allow, byPartner }], proven).listed).toBe("unlisted");
  });
});

it("a deny from a partner's row has the same rank as any other deny", () => {
  const list = new Map<string, Row>([
    ["kim@contoso.com", { effect: "deny", byPartner: "contoso.com" }],
    ["contoso.com", { effect: "allow" }],
  ]);
  const kim = { email: "kim@contoso.com", identities: [] };
  expect(match(kim as never, [], (key) => list.get(key), new Date(someday))).toStrictEqual({
    listed: "deny",
    matches: [
      { entry: "kim@contoso.com", effect: "deny", level: "address" },
      { entry: "contoso.com", effect: "allow", level: "domain" },
    ],
  });
});

it("the matcher reports how closely each entry matches, the closest first", () => {
  const entries = ["*", "issuer:google.com", "*.contoso.com", "*.com", "contoso.com", "kim@contoso.com", "issuer:google.com/1184"];
  const kim = { email: "kim@contoso.com", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] };
  const said = match(kim as never, [], (key) => (entries.includes(key) ? { effect: "allow" } : undefined), new Date(someday));
  expect(said.matches.map(({ entry, level }) => `${level} ${entry}`)).toEqual([
    "account issuer:google.com/1184",
    "address kim@contoso.com",
    "domain contoso.com",
    "wildcard *.com",
    "issuer issuer:google.com",
    "everyone *",
  ]);
});

it("the matcher looks up no entries of addresses for a person without an address", () =>
  expect(
    candidates({ email: "", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] } as never, []).map(({ key }) => key),
  ).toEqual(["issuer:google.com/1184", "issuer:google/1184", "issuer:google.com", "issuer:google", "*"]));

it.each([
  { gate: undefined, listed: "allow" },
  { gate: "default", listed: "allow" },
  { gate: "suppliers", listed: "unlisted" },
])("a row for the default gate applies at the gate $gate: $listed", ({ gate, listed }) => {
  const kim = { email: "kim@contoso.com", identities: [], ...(gate && { gate }) };
  const find = (key: string) => (key === "*" ? { effect: "allow", gates: "default" } : undefined);
  expect(match(kim as never, [], find, new Date(someday)).listed).toBe(listed);
});

describe("a domain of two classes", () => {
  it.each([
    ["allow", "deny"],
    ["deny", "allow"],
  ])("is denied if one of its classes is denied: disposable %s, relay %s", (disposable, relay) => {
    const table: Record<string, Row> = { disposable: { effect: disposable }, relay: { effect: relay } };
    const person = { email: "kim@contoso.com", identities: [] };

    expect(match(person, ["disposable", "relay"], (key) => table[key], nowOf({} as DecisionRow)).listed).toBe("deny");
  });
});

const answers = {
  allow: { kind: "continue", attributes: {} },
  approval: { kind: "block", reason: "access-list.no-approval" },
  deny: { kind: "block", reason: "access-list.denied" },
  unlisted: { kind: "block", reason: "access-list.unlisted" },
} as const;

function cells(row: ListRow | undefined): Row | undefined {
  return row && { ...row };
}

/** The engine's outside with the row's list in memory. Answers only what it is asked for, as the table would. */
function worldOf(row: DecisionRow): Ports {
  const table = new Map(storedRows(row).map((each) => [recordId(rowKey(each.entry)), { ...each }]));
  return {
    read: async (keys) => rowsUnder(keys, table),
    write: async () => {
      throw new Error("the list writes nothing");
    },
    secret: async () => {
      throw new Error("the list has no secrets");
    },
    hashOf,
    ...system,
    counts: countingRows,
    now: nowOf(row),
    remainingMs: 5_000,
  };
}

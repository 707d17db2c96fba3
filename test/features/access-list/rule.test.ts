import { decide } from "../../../engine/sign-up/engine";
import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { rowKey } from "../../../features/access-list/entry";
import { PARTNER, partnerKey } from "../../../features/access-list/partner";
import { type AccessListOptions, accessList } from "../../../features/access-list/rule";
import { addedPartner, lookedFor } from "../../../features/partners/change";
import { NOW, person, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

/** What the list with these rows makes of somebody. */
async function listing(rows: readonly Row[], options?: AccessListOptions, email = "kim@contoso.com", more: Partial<SignUp> = {}) {
  const keyOf = (row: Row) => (row.reference === PARTNER ? partnerKey(String(row.id)) : rowKey(String(row.entry)));
  const held = new Map(rows.map((row) => [recordId(keyOf(row)), row]));
  const ports = world({ read: async (keys) => rowsUnder(keys, held) });
  const { answer, trace } = await decide(anyPolicy([accessList(options)]), person({ email, ...more }), ports);
  return { answer, result: trace[0] };
}

const allow = { entry: "contoso.com", effect: "allow" };
const deny = { entry: "kim@contoso.com", effect: "deny" };
const ofPartner = { entry: "kim@contoso.com", effect: "allow", byPartner: "contoso.com" };
const partner = lookedFor(addedPartner({ domain: "contoso.com", token: "t", by: "lee" }, NOW), "found", NOW);
const blocked = (reason: string) => ({ kind: "block", reason });
const pass = { kind: "continue", attributes: {} };

describe("the access list", () => {
  it.each<{ rows: readonly Row[]; options?: AccessListOptions; answer: object; findings?: object; evidence?: object }>([
    { rows: [], answer: blocked("access-list.unlisted") },
    { rows: [], options: { otherwise: "block" }, answer: blocked("access-list.unlisted") },
    { rows: [], options: { otherwise: "continue" }, answer: pass, findings: { listed: "unlisted" } },
    { rows: [allow], answer: pass, findings: { listed: "allow" }, evidence: { entry: "contoso.com", level: "domain" } },
    { rows: [allow, deny], answer: blocked("access-list.denied"), evidence: { entry: "kim@contoso.com", level: "address" } },
    {
      rows: [deny],
      options: { otherwise: "continue" },
      answer: blocked("access-list.denied"),
      evidence: { entry: "kim@contoso.com", level: "address" },
    },
    {
      rows: [ofPartner, partner],
      answer: pass,
      findings: { listed: "allow" },
      evidence: { entry: "kim@contoso.com", level: "domain" },
    },
    { rows: [ofPartner], answer: blocked("access-list.unlisted"), evidence: { unbacked: "kim@contoso.com" } },
    { rows: [{ ...allow, expiresAt: NOW.getTime() / 1_000 }], answer: blocked("access-list.unlisted") },
    {
      rows: [{ ...allow, expiresAt: NOW.getTime() / 1_000 + 1 }],
      answer: pass,
      findings: { listed: "allow" },
      evidence: { entry: "contoso.com", level: "domain" },
    },
  ])("with $rows and $options answers $answer", async ({ rows, options, answer, findings, evidence }) => {
    const told = await listing(rows, options);
    expect(told.answer).toEqual(answer);
    expect(told.result?.findings).toEqual(findings);
    expect(told.result?.evidence).toEqual(evidence);
  });

  it.each<{ rows: readonly Row[]; options?: AccessListOptions; kind: string }>([
    { rows: [allow], kind: "block" },
    { rows: [allow], options: { trust: ["google.com"] }, kind: "block" },
    { rows: [{ entry: "*", effect: "allow" }, deny], kind: "block" },
    { rows: [{ entry: "*", effect: "allow" }], kind: "continue" },
    { rows: [{ entry: "issuer:google.com/1184", effect: "allow" }], kind: "continue" },
  ])("admits nobody by an unproven typed address, but denies people by it: $rows, $kind", async ({ rows, options, kind }) => {
    const identities = [{ issuer: "google.com", issuerAssignedId: "1184" }];
    const { answer } = await listing(rows, options, "kim@contoso.com", { emailTyped: true, identities });
    expect(answer.kind).toBe(kind);
  });

  it.each(
    // A spreadsheet's number of 2027-01-31; the zero times of Go, Excel and Unix.
    [46_418, "46418", "0001-01-01T00:00:00Z", "1899-12-30", 0].flatMap((expiresAt) => [
      { expiresAt, effect: "allow", reason: "access-list.unlisted" },
      { expiresAt, effect: "deny", reason: "access-list.denied" },
    ]),
  )(
    "keeps a deny and voids an allow if the end is before the year 2000: $effect until $expiresAt",
    async ({ expiresAt, effect, reason }) => {
      const { answer } = await listing([{ entry: "kim@contoso.com", effect, expiresAt } as Row], {}, "kim@contoso.com");
      expect(answer).toEqual(blocked(reason));
    },
  );

  it.each([
    { classes: ["relay" as const], reason: "access-list.denied" },
    { classes: [], reason: "access-list.unlisted" },
    { classes: undefined, reason: "access-list.unlisted" },
  ])("applies the entry of a class only if the option names that class: $classes: $reason", async ({ classes, reason }) => {
    const rows = [{ entry: "relay", effect: "deny" }];
    const { answer } = await listing(rows, classes && { classes }, "kim@privaterelay.appleid.com");
    expect(answer).toEqual(blocked(reason));
  });

  it("needs the table, and the data of its classes", () => {
    const tables = [
      { table: "accessList", access: "read" },
      { table: "decisions", access: "read" },
    ];
    expect(accessList().uses).toEqual(tables);
    expect(accessList({ classes: ["disposable", "relay"] }).uses).toEqual([...tables, { data: "disposable" }, { data: "relay" }]);
  });

  it.each([
    { options: { otherwise: "allow" }, says: 'accessList: otherwise must be "block" or "continue", not "allow".' },
    { options: { classes: ["relay", "vpn"] }, says: 'accessList: classes has no "vpn"; write disposable or relay or consumer.' },
  ])("cannot be made with $options", ({ options, says }) => expect(() => accessList(options as AccessListOptions)).toThrow(says));
});

import { UNREAD } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { addedPartner } from "../../../features/partners/change";
import { partners } from "../../../features/partners/rule";
import { refusal } from "../../engine/rules/refusal";
import { hashOf, NOW, person as personOf } from "../../engine/sign-up/people";

/** At a step that takes every provider's word. */
const person = (changes: Parameters<typeof personOf>[0] = {}) => personOf({ trust: "any", ...changes });

const asked = (options: Parameters<typeof partners>[0], row: Row | undefined, changes: Parameters<typeof person>[0] = {}) => {
  const rule = partners(options);
  const signUp = person(changes);
  const keys = rule.needs?.(signUp, hashOf, NOW);
  return { keys, said: rule.decide?.(signUp, { records: { get: () => row }, now: NOW } as never) };
};
const full = (cells: Row): Row => ({ ...addedPartner({ domain: "contoso.com", token: "t", by: "lee" }, NOW), until: undefined, ...cells });
const LATER = "2026-03-05T12:00:00.000Z";
const BEFORE = "2026-03-01T11:59:59.999Z";

describe("partners", () => {
  it.each([
    { row: full({ state: "proven" }), partner: "proven" },
    { row: { state: "proven" }, partner: "none" },
    { row: full({ state: "stale", until: LATER }), partner: "stale" },
    { row: full({ state: "stale", until: BEFORE }), partner: "none" },
    { row: full({ state: "stale" }), partner: "none" },
    { row: full({ state: "stale", until: "soon" }), partner: "none" },
    { row: full({ state: "pending", until: LATER }), partner: "none" },
    { row: full({ state: "lapsed" }), partner: "none" },
    { row: full({ state: ["proven"] }), partner: "none" },
    { row: full({ state: "Proven" }), partner: "none" },
    { row: UNREAD, partner: "none" },
    { row: undefined, partner: "none" },
  ])("gives a domain whose row is $row the state $partner", ({ row, partner }) => {
    expect(asked({ otherwise: "continue" }, row).said).toEqual({
      kind: "continue",
      findings: { partner, ...(partner !== "none" && { allowed: true }) },
    });
    const welcome = partner === "none" ? { referred: true } : { allowed: true };
    expect(asked({}, row).said).toMatchObject(
      partner === "none" ? { kind: "block", ...refusal("partner.not-proven") } : { kind: "continue", findings: { partner } },
    );
    expect(asked({ otherwise: "approval" }, row).said).toEqual({
      kind: "continue",
      findings: { partner, ...welcome },
    });
  });

  it.each(["kim@contoso.com", "kim@eu.contoso.com"])("reads only the row of the address's own domain: %s", (email) =>
    expect(asked({}, undefined, { email }).keys).toEqual([
      { table: "decisions", key: { reference: "partner", id: email.split("@")[1] }, mayStayUnread: true },
    ]),
  );

  it.each([
    { changes: { emailTyped: true as const }, trust: undefined },
    { changes: { identities: [{ issuer: "facebook.com" }] }, trust: ["mail"] },
    { changes: { identities: [] }, trust: ["mail"] },
  ])("assigns no address to a partner if no trusted provider has proven it: $changes", ({ changes, trust }) =>
    expect(asked({ ...(trust && { trust }) }, full({ state: "proven" }), changes).said).toMatchObject({ kind: "block" }),
  );

  it.each([[{ otherwise: "allow" }], [{ trust: "mail" }], [{ trust: ["issuer:mail"] }], [{ domains: [] }]])(
    "rejects %o at load",
    (options) => expect(() => partners(options as never)).toThrow(TypeError),
  );
});

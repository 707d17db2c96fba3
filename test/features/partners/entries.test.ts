import type { Row } from "../../../engine/sign-up/rule";
import { isPartnerEntry, lastAllowDay, partnerEntry, type TypedPartnerEntry } from "../../../features/partners/entries";

const now = new Date("2026-03-01T12:00:00.000Z");
const typed = { entry: "Kim@Contoso.com", effect: "allow", expiresAt: "", note: "" };
const row = { entry: "kim@contoso.com", effect: "allow", expiresAt: "2026-05-30", byPartner: "contoso.com" };

it.each<[string, Partial<TypedPartnerEntry>, object]>([
  ["an allow, for as long as there may be", {}, { row }],
  ["an allow until that very day", { expiresAt: "2026-05-30" }, { row }],
  ["an allow until a day later", { expiresAt: "2026-05-31" }, { flaw: "end" }],
  ["an allow until today", { expiresAt: "2026-03-01" }, { row: { ...row, expiresAt: "2026-03-01" } }],
  ["an allow until yesterday", { expiresAt: "2026-02-28" }, { flaw: "end" }],
  ["an allow until no day", { expiresAt: "2026-04-31" }, { flaw: "end" }],
  ["a note", { note: "new here" }, { row: { ...row, note: "new here" } }],
  ["a deny for good", { effect: "deny" }, { row: { entry: "kim@contoso.com", effect: "deny", byPartner: "contoso.com" } }],
  ["a deny for years", { effect: "deny", expiresAt: "2036-01-01" }, { row: { ...row, effect: "deny", expiresAt: "2036-01-01" } }],
  ["a deny that is over", { effect: "deny", expiresAt: "2026-02-28" }, { flaw: "end" }],
  ["neither", { effect: "Allow" }, { flaw: "effect" }],
  ["a domain", { entry: "contoso.com" }, { flaw: "address" }],
  ["no address", { entry: "kim" }, { flaw: "address" }],
  ["an account", { entry: "issuer:google.com/1184" }, { flaw: "address" }],
  ["another domain", { entry: "kim@fabrikam.com" }, { flaw: "domain" }],
  ["a subdomain", { entry: "kim@eu.contoso.com" }, { flaw: "domain" }],
  ["a tagged address", { entry: "kim+x@contoso.com" }, { flaw: "spelling" }],
])("a contact's entry is accepted or rejected as expected: %s", (_, given, read) => {
  expect(partnerEntry({ ...typed, ...given }, "contoso.com", now)).toEqual(read);
});

it("the last day of an allow is 90 days from today", () => expect(lastAllowDay(now)).toBe("2026-05-30"));

it.each<[string, Row, boolean]>([
  ["of theirs", row, true],
  ["of an operator's", { ...row, byPartner: undefined }, false],
  ["of another partner's", { ...row, byPartner: "fabrikam.com" }, false],
  ["of theirs for another domain", { ...row, entry: "kim@fabrikam.com" }, false],
  ["of theirs under another spelling", { ...row, entry: "Kim@contoso.com" }, false],
  ["of theirs for the domain", { ...row, entry: "contoso.com" }, false],
  ["of theirs for nothing", { byPartner: "contoso.com" }, false],
])("decides if contacts see a row %s: %s", (_, given, sees) => expect(isPartnerEntry(given, "contoso.com")).toBe(sees));

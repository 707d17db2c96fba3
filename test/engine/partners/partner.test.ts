import { contactDomain, partnerKey, partnerStanding } from "../../../engine/partners/partner";
import type { Row } from "../../../engine/sign-up/rule";

const now = new Date("2026-03-01T12:00:00.000Z");

it.each<[string, Row | undefined, string]>([
  ["proven", { state: "proven" }, "proven"],
  ["in its week", { state: "stale", until: "2026-03-01T12:00:00.001Z" }, "stale"],
  ["at the end of its week", { state: "stale", until: "2026-03-01T12:00:00.000Z" }, "none"],
  ["stale without an end", { state: "stale" }, "none"],
  ["stale until what is no moment", { state: "stale", until: "soon" }, "none"],
  ["stale until what is no text", { state: "stale", until: 2_030 }, "none"],
  ["pending, with time left", { state: "pending", until: "2027-01-01" }, "none"],
  ["not there", undefined, "none"],
])("a partner's domain counts by its row: %s", (_, row, standing) => expect(partnerStanding(row, now)).toBe(standing));

it("has a row that may stay unread", () => {
  expect(partnerKey("contoso.com")).toEqual({ table: "decisions", key: { reference: "partner", id: "contoso.com" }, mayStayUnread: true });
});

it.each<[string, readonly string[], string | undefined]>([
  ["one address", ["Kim@Contoso.com"], "contoso.com"],
  ["two of one domain", ["kim@contoso.com", "kim.lee@Contoso.com"], "contoso.com"],
  ["two of two domains", ["kim@contoso.com", "kim@fabrikam.com"], undefined],
  ["three, of which the last is elsewhere", ["kim@contoso.com", "lee@contoso.com", "kim@fabrikam.com"], undefined],
  ["a guest's made-up name beside it", ["kim@contoso.com", "kim_contoso.com#EXT#@host.example", "a#ext#@host.example"], "contoso.com"],
  ["a guest's made-up name alone", ["kim_contoso.com#EXT#@host.example"], undefined],
  ["a name that is no address beside it", ["kim@contoso.com", "Kim"], "contoso.com"],
  ["what looks like an address beside it", ["kim@contoso.com", "kim@"], undefined],
  ["no name", [], undefined],
])("a contact's domain is that of all their addresses: %s", (_, names, domain) => expect(contactDomain(names)).toBe(domain));

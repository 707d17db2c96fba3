import type { Row } from "../../../engine/sign-up/rule";
import { contactDomain, partnerKey, partnerStanding } from "../../../features/access-list/partner";
import { addedPartner } from "../../../features/partners/change";

const now = new Date("2026-03-01T12:00:00.000Z");

const row = (cells: Row): Row => ({ ...addedPartner({ domain: "contoso.com", token: "t", by: "kim" }, now), until: undefined, ...cells });

it.each<[string, Row | undefined, string]>([
  ["proven", row({ state: "proven" }), "proven"],
  ["proven, put back from a backup", row({ state: "proven", restored: "2026-03-01T12:00:00.000Z" }), "proven"],
  ["proven until later", row({ state: "proven", until: "2026-03-01T12:00:00.001Z" }), "proven"],
  ["proven until now", row({ state: "proven", until: "2026-03-01T12:00:00.000Z" }), "none"],
  ["proven until what is no moment", row({ state: "proven", until: "soon" }), "none"],
  ["proven, with another kind's end", row({ state: "proven", expiresAt: "2030-01-01" }), "none"],
  ["proven, with a misspelt end", row({ state: "proven", untli: "2030-01-01" }), "none"],
  ["proven, with a column of somebody's own", row({ state: "proven", owner: "Kim" }), "none"],
  ["proven, without what the record has to hold", row({ state: "proven", token: undefined }), "none"],
  ["in its week", row({ state: "stale", until: "2026-03-01T12:00:00.001Z" }), "stale"],
  ["at the end of its week", row({ state: "stale", until: "2026-03-01T12:00:00.000Z" }), "none"],
  ["stale without an end", row({ state: "stale" }), "none"],
  ["stale until what is no moment", row({ state: "stale", until: "soon" }), "none"],
  ["stale until what is no text", row({ state: "stale", until: 2_030 }), "none"],
  ["pending, with time left", row({ state: "pending", until: "2027-01-01" }), "none"],
  ["not there", undefined, "none"],
])("a partner's domain has the standing that the partner's row gives it now: %s", (_, given, standing) =>
  expect(partnerStanding(given, now)).toBe(standing),
);

it("the lookup of a partner's row is marked as one that may stay unread", () => {
  expect(partnerKey("contoso.com")).toEqual({ table: "decisions", key: { reference: "partner", id: "contoso.com" }, mayStayUnread: true });
});

it.each<[string, readonly string[], string | undefined]>([
  ["one address", ["Kim@Contoso.com"], "contoso.com"],
  ["two of one domain", ["kim@contoso.com", "kim.lee@Contoso.com"], "contoso.com"],
  ["two of two domains", ["kim@contoso.com", "kim@fabrikam.com"], undefined],
  ["three, of which the last is elsewhere", ["kim@contoso.com", "lee@contoso.com", "kim@fabrikam.com"], undefined],
  ["a guest's made-up name beside it", ["kim@contoso.com", "kim_contoso.com#EXT#@host.example", "a#ext#@host.example"], "contoso.com"],
  ["such a name without #", ["kim@contoso.com", "kim_contoso.com_EXT_@host.example"], "contoso.com"],
  ["a guest's made-up name alone", ["kim_contoso.com#EXT#@host.example"], undefined],
  ["a name that is no address beside it", ["kim@contoso.com", "Kim"], "contoso.com"],
  ["what looks like an address beside it", ["kim@contoso.com", "kim@"], undefined],
  ["no name", [], undefined],
])("a contact's domain is the one that all their addresses share: %s", (_, names, domain) => expect(contactDomain(names)).toBe(domain));

import { type Entry, entryKey, readEntry, rowKey } from "../../../features/access-list/entry";

it.each<{ typed: string; entry: Entry; key: string }>([
  { typed: " * ", entry: { kind: "everyone" }, key: "*" },
  { typed: "Relay", entry: { kind: "class", name: "relay" }, key: "relay" },
  { typed: "@Contoso.com", entry: { kind: "domain", domain: "contoso.com" }, key: "contoso.com" },
  { typed: "*.Contoso.com", entry: { kind: "wildcard", domain: "contoso.com" }, key: "*.contoso.com" },
  { typed: "Kim+A@Contoso.com", entry: { kind: "address", email: "kim+a@contoso.com" }, key: "kim+a@contoso.com" },
  { typed: "Issuer:Google", entry: { kind: "issuer", issuer: "google.com" }, key: "issuer:google.com" },
  { typed: "issuer:google/Ab/1", entry: { kind: "account", issuer: "google.com", id: "Ab/1" }, key: "issuer:google.com/Ab/1" },
  // A URL's slashes begin no account.
  {
    typed: "issuer: https://idp.example/saml",
    entry: { kind: "issuer", issuer: "https://idp.example/saml" },
    key: "issuer:https:%2f%2fidp.example%2fsaml",
  },
  { typed: "issuer:urn+x://idp", entry: { kind: "issuer", issuer: "urn+x://idp" }, key: "issuer:urn+x:%2f%2fidp" },
  { typed: "issuer:1://x", entry: { kind: "account", issuer: "1:", id: "/x" }, key: "issuer:1://x" },
  { typed: "issuer:idp/https://x", entry: { kind: "account", issuer: "idp", id: "https://x" }, key: "issuer:idp/https://x" },
])("reads $typed, and keeps an allow of it under $key", ({ typed, entry, key }) => {
  expect(readEntry(typed)).toEqual({ ok: true, entry });
  expect(entryKey(entry, "allow")).toBe(key);
  expect(rowKey(key)).toEqual({ table: "accessList", key: { entry: key } });
});

it.each([
  { typed: "*@contoso.com", problem: "not an address: write contoso.com for everyone of that domain" },
  { typed: "*.", problem: "not a domain after *.: write *.contoso.com" },
  { typed: "kim@", problem: "not an e-mail address: write kim@contoso.com" },
  { typed: "kim", problem: "not an address or a domain: write kim@contoso.com, contoso.com or *.contoso.com" },
  { typed: "issuer:", problem: "no identity provider after issuer: write issuer:google.com" },
  { typed: "issuer:/1184", problem: "no identity provider after issuer: write issuer:google.com" },
  { typed: "issuer:my idp", problem: "no identity provider after issuer: write issuer:google.com" },
  // Several are none, and what was pasted with its quotation marks is nobody's name: a deny of it would deny nobody.
  { typed: "issuer:google.com,facebook.com", problem: "no identity provider after issuer: write issuer:google.com" },
  { typed: "issuer:google.com;facebook.com/1184", problem: "no identity provider after issuer: write issuer:google.com" },
  { typed: "issuer:https://a.example, https://b.example", problem: "no identity provider after issuer: write issuer:google.com" },
  { typed: "issuer:\u201cgoogle.com\u201d", problem: "no identity provider after issuer: write issuer:google.com" },
  { typed: "\u2018kim@contoso.com\u2019", problem: "not an e-mail address: write kim@contoso.com" },
  {
    typed: "contoso.com\u3001fabrikam.com",
    problem: "not an address or a domain: write kim@contoso.com, contoso.com or *.contoso.com",
  },
  { typed: "*.contoso\u2013group.com", problem: "not a domain after *.: write *.contoso.com" },
  { typed: "issuer:google/", problem: "no account id after the slash: write issuer:google.com or issuer:google.com/1184" },
])("says what to type in place of $typed", ({ typed, problem }) => expect(readEntry(typed)).toEqual({ ok: false, problem }));

it("a denied address is kept without its tag, so that it reaches every spelling", () => {
  expect(entryKey({ kind: "address", email: "kim+a@contoso.com" }, "deny")).toBe("kim@contoso.com");
  expect(entryKey({ kind: "domain", domain: "contoso.com" }, "deny")).toBe("contoso.com");
});

import { type Entry, entryKey, readEntry, rowKey } from "../../../features/access-list/entry";

it.each<{ typed: string; entry: Entry; key: string }>([
  { typed: " * ", entry: { kind: "everyone" }, key: "*" },
  { typed: "Relay", entry: { kind: "class", name: "relay" }, key: "relay" },
  { typed: "@Contoso.com", entry: { kind: "domain", domain: "contoso.com" }, key: "contoso.com" },
  { typed: "*.Contoso.com", entry: { kind: "wildcard", domain: "contoso.com" }, key: "*.contoso.com" },
  { typed: "Kim+A@Contoso.com", entry: { kind: "address", email: "kim+a@contoso.com" }, key: "kim+a@contoso.com" },
  { typed: "Issuer:Google", entry: { kind: "issuer", issuer: "google.com" }, key: "issuer:google.com" },
  { typed: "issuer:google/Ab/1", entry: { kind: "account", issuer: "google.com", id: "Ab/1" }, key: "issuer:google.com/Ab/1" },
  // The id of this provider is an address, which requests have in lower case and ASCII.
  {
    typed: "issuer:Mail/ Kim@BÜCHER.example ",
    entry: { kind: "account", issuer: "mail", id: "kim@xn--bcher-kva.example" },
    key: "issuer:mail/kim@xn--bcher-kva.example",
  },
  { typed: "issuer:mail/7c9E", entry: { kind: "account", issuer: "mail", id: "7c9E" }, key: "issuer:mail/7c9E" },
  // A URL's slashes begin no account.
  {
    typed: "issuer: https://idp.example/saml",
    entry: { kind: "issuer", issuer: "https://idp.example/saml" },
    key: "issuer:https:%2f%2fidp.example%2fsaml",
  },
  { typed: "issuer:urn+x://idp", entry: { kind: "issuer", issuer: "urn+x://idp" }, key: "issuer:urn+x:%2f%2fidp" },
  { typed: "issuer:1://x", entry: { kind: "account", issuer: "1:", id: "/x" }, key: "issuer:1://x" },
  { typed: "issuer:idp/https://x", entry: { kind: "account", issuer: "idp", id: "https://x" }, key: "issuer:idp/https://x" },
])("$typed is read, and an allow of it is stored under $key", ({ typed, entry, key }) => {
  expect(readEntry(typed)).toEqual({ ok: true, entry });
  expect(entryKey(entry, "allow")).toBe(key);
  expect(rowKey(key)).toEqual({ table: "accessList", key: { entry: key } });
});

it.each<{ typed: string; code: string; meant?: readonly string[] }>([
  { typed: "*@contoso.com", code: "wildcardAddress", meant: ["contoso.com"] },
  { typed: "*@*.contoso.com", code: "wildcardAddress", meant: ["*.contoso.com"] },
  { typed: "kim@*.contoso.com", code: "notAddress", meant: ["*.contoso.com"] },
  { typed: "https://fabrikam.com/x", code: "notEntry", meant: ["fabrikam.com"] },
  { typed: "*.*.fabrikam.com", code: "wildcardWithoutDomain", meant: ["*.fabrikam.com"] },
  { typed: "*.", code: "wildcardWithoutDomain" },
  { typed: "kim@", code: "notAddress" },
  { typed: "kim", code: "notEntry" },
  { typed: "issuer:", code: "noProvider" },
  { typed: "issuer:/1184", code: "noProvider" },
  { typed: "issuer:my idp", code: "noProvider" },
  // Several are none, and what was pasted with its quotation marks is nobody's name: a deny of it would deny nobody.
  { typed: "issuer:google.com,facebook.com", code: "noProvider" },
  { typed: "issuer:google.com;facebook.com/1184", code: "noProvider" },
  { typed: "issuer:https://a.example, https://b.example", code: "noProvider" },
  { typed: "issuer:\u201cgoogle.com\u201d", code: "noProvider", meant: ["issuer:google.com"] },
  { typed: "\u2018kim@contoso.com\u2019", code: "notAddress", meant: ["kim@contoso.com"] },
  {
    typed: "contoso.com\u3001fabrikam.com",
    code: "notEntry",
  },
  { typed: "*.contoso\u2013group.com", code: "wildcardWithoutDomain", meant: ["*.contoso-group.com"] },
  { typed: "issuer:google/", code: "noAccountId", meant: ["issuer:google.com"] },
])("$typed is refused as an entry ($code)", ({ typed, code, meant }) =>
  expect(readEntry(typed)).toEqual({ ok: false, problem: { code, ...(meant && { meant }) } }),
);

it("a denied address is stored without its tag, so that the deny covers every spelling", () => {
  expect(entryKey({ kind: "address", email: "kim+a@contoso.com" }, "deny")).toBe("kim@contoso.com");
  expect(entryKey({ kind: "domain", domain: "contoso.com" }, "deny")).toBe("contoso.com");
});

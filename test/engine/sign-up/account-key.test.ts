import { accountKeys, hashNamedPerson, isIssuerName, issuerKey, issuerSpellings, readIssuer } from "../../../engine/sign-up/account-key";
import { buildPersonId, hashAccount } from "../../../engine/sign-up/person";
import { hashOf } from "./people";

it.each(["google.com", "mail", "https://idp.example/a", "회사", "null.example", "nan-idp"])("%s is accepted as an issuer's name", (name) =>
  expect(isIssuerName(name)).toBe(true),
);
it.each(["", "a b", "a,b", "a;b", '"a"', "“a”", "a\n", "?", "-"])("%j is refused as an issuer's name", (name) =>
  expect(isIssuerName(name)).toBe(false),
);
it.each([
  ["json-2-csv 5.6.0", "undefined"],
  ["psql's \\pset null, MySQL", "NULL"],
  ["PostgreSQL's COPY in text form", "\\N"],
  ["DBeaver, SSMS", "(null)"],
  ["pandas", "NaN"],
  ["R", "NA"],
  ["Excel", "#N/A"],
  ["Python's str(None)", "None"],
])("an issuer's name is refused if it is the text that %s writes for a missing value: %j", (_, name) =>
  expect(isIssuerName(name)).toBe(false),
);

it.each<{ text: string; read: ReturnType<typeof readIssuer> }>([
  { text: "kim@contoso.com", read: undefined },
  { text: "issue:google.com", read: undefined },
  { text: "issuer:google.com", read: { issuer: "google.com" } },
  { text: "ISSUER: Google ", read: { issuer: "google.com" } },
  { text: "issuer:Google/1184/a", read: { issuer: "google.com", id: "1184/a" } },
  { text: "issuer:/1184", read: "no issuer" },
  { text: "issuer:", read: "no issuer" },
  { text: "issuer:a b/1", read: "no issuer" },
  { text: "issuer:google/", read: "no id" },
  { text: "issuer: https://idp.example/a", read: { issuer: "https://idp.example/a" } },
  { text: "issuer:a/https://x", read: { issuer: "a", id: "https://x" } },
])("$text is read as $read", ({ text, read }) => expect(readIssuer(text)).toEqual(read));

it.each<{ typed: string; person: string | undefined }>([
  { typed: " Kim@Contoso.com ", person: buildPersonId("kim@contoso.com", hashOf) },
  {
    typed: " issuer:google/1184 ",
    person: hashAccount([{ issuer: "google.com", issuerAssignedId: "1184" }], hashOf),
  },
  { typed: "issuer:google", person: undefined },
  { typed: "issuer:google/", person: undefined },
  { typed: "issuer:/kim@contoso.com", person: undefined },
  { typed: "issuer:kim@contoso.com", person: undefined },
  { typed: "@contoso.com", person: undefined },
  { typed: "*@contoso.com", person: undefined },
  { typed: "*.contoso.com", person: undefined },
  { typed: "contoso", person: undefined },
])("$typed is the person $person", ({ typed, person }) => expect(hashNamedPerson(typed, hashOf)).toBe(person));

it("an account has a key per spelling of its provider, and each key has one slash, before the account's id", () => {
  expect(issuerSpellings("google.com")).toEqual(["google.com", "google"]);
  expect(issuerSpellings("idp.example")).toEqual(["idp.example"]);
  expect(issuerKey("https://idp.example")).toBe("issuer:https:%2f%2fidp.example");
  expect(accountKeys([{ issuer: "google.com", issuerAssignedId: "1" }, { issuer: "facebook.com" }])).toEqual([
    "issuer:google.com/1",
    "issuer:google/1",
  ]);
  expect(accountKeys([{ signInType: "emailAddress", issuer: "t.example", issuerAssignedId: "a@b.example" }])).toEqual([
    "issuer:mail/a@b.example",
    "issuer:t.example/a@b.example",
  ]);
});

import { isAnyonesSuffix, isMailProvider, isPublicSuffix } from "../../../features/free-mail/free-mail";

it.each([
  { domain: "gmail.com", is: true },
  { domain: "yahoo.co.uk", is: true },
  { domain: "gmx.at", is: true },
  { domain: "zoho.eu", is: true },
  { domain: "mail.yahoo.co.uk", is: false },
  { domain: "yahoo.contoso.com", is: false },
  // Anyone's name under somebody else's domain.
  { domain: "yahoo.github.io", is: false },
  { domain: "notyahoo.co.uk", is: false },
  { domain: "contoso.com", is: false },
  { domain: "com", is: false },
])("decides if $domain belongs to a large mail provider: $is", ({ domain, is }) => expect(isMailProvider(domain)).toBe(is));

it.each([
  { domain: "com", listed: true, anyones: true },
  { domain: "co.uk", listed: true, anyones: true },
  { domain: "github.io", listed: true, anyones: true },
  { domain: "onmicrosoft.com", listed: false, anyones: true },
  { domain: "contoso.com", listed: false, anyones: false },
])("decides if anyone can register a name below $domain: $anyones", ({ domain, listed, anyones }) =>
  expect([isPublicSuffix(domain), isAnyonesSuffix(domain)]).toEqual([listed, anyones]),
);

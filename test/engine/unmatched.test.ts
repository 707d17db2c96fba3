import { guestAddress, isGuestName } from "../../engine/directory-account";
import { normaliseEmail } from "../../engine/sign-up/email";
import { normalisePossibleEmail, readUnmatched } from "../../engine/unmatched";

it.each<{ typed: string; problem: object | undefined }>([
  { typed: "spam*@gmail.com", problem: { code: "wildcardInAddress", domain: "gmail.com" } },
  { typed: "*spam@contoso.com", problem: { code: "wildcardInAddress", domain: "contoso.com" } },
  { typed: "kim?@contoso.com", problem: { code: "wildcardInAddress", domain: "contoso.com" } },
  { typed: "%@contoso.com", problem: { code: "wildcardInAddress", domain: "contoso.com" } },
  { typed: "spam%@contoso.com", problem: { code: "wildcardInAddress", domain: "contoso.com" } },
  // The export of users of the Entra admin center, and accounts made through Graph.
  { typed: "kim_partner.com#EXT#@contoso.onmicrosoft.com", problem: { code: "guestName", address: "kim@partner.com" } },
  { typed: "kim_partner.com#EXT@contoso.onmicrosoft.com", problem: { code: "guestName", address: "kim@partner.com" } },
  { typed: "Kim_Lee_Partner.com#ext#@contoso.onmicrosoft.com", problem: { code: "guestName", address: "kim_lee@partner.com" } },
  { typed: "kim#EXT#@contoso.onmicrosoft.com", problem: { code: "guestName" } },
  { typed: "kim_partner.com_EXT_@contoso.onmicrosoft.com", problem: { code: "guestName", address: "kim@partner.com" } },
  { typed: "kim_lee@gmail.com", problem: { code: "notGmailName" } },
  { typed: "o'brien@gmail.com", problem: { code: "notGmailName" } },
  { typed: "kim-lee@googlemail.com", problem: { code: "notGmailName" } },
  { typed: "kím@gmail.com", problem: { code: "notGmailName" } },
  { typed: `${"k".repeat(31)}@gmail.com`, problem: { code: "notGmailName" } },
  // Odd, and somebody's.
  { typed: `${"k".repeat(30)}@gmail.com`, problem: undefined },
  { typed: "k.i.m.l.e.e+sign_up-2027@gmail.com", problem: undefined },
  { typed: "kim@gmail.com", problem: undefined },
  { typed: "o'brien@contoso.com", problem: undefined },
  { typed: "kim_lee@partner.com", problem: undefined },
  { typed: "kim+tag@contoso.com", problem: undefined },
  { typed: "kim#next@contoso.com", problem: undefined },
  { typed: "kim#external@contoso.com", problem: undefined },
  { typed: "kim@münchen.example", problem: undefined },
  { typed: "김@contoso.com", problem: undefined },
  { typed: "{kim}|lee@contoso.com", problem: undefined },
  { typed: "kim@contoso.co.uk", problem: undefined },
])("an address is reported only if no sign-up can have it: $typed", ({ typed, problem }) => {
  const email = normaliseEmail(typed) ?? "";
  expect(email).not.toBe("");
  expect(readUnmatched(email)).toEqual(problem);
  expect(normalisePossibleEmail(typed)).toBe(problem === undefined ? email : undefined);
});

it.each([
  { name: "kim_contoso.com#EXT#@fabrikam.onmicrosoft.com", guest: true, address: "kim@contoso.com" },
  { name: "kim_contoso.com#EXT#", guest: true, address: "kim@contoso.com" },
  { name: "_contoso.com#EXT#@fabrikam.com", guest: true, address: undefined },
  { name: "kim_contoso#EXT#@fabrikam.com", guest: true, address: undefined },
  { name: "kim#EXTRA@fabrikam.com", guest: false, address: undefined },
  { name: "kim_contoso.com_EXT_@fabrikam.onmicrosoft.com", guest: true, address: "kim@contoso.com" },
  { name: "Kim_Lee_Contoso.com_ext_@fabrikam.onmicrosoft.com", guest: true, address: "kim_lee@contoso.com" },
  { name: "kim_ext_@fabrikam.com", guest: false, address: undefined },
  { name: "kim.lee_ext_@fabrikam.com", guest: false, address: undefined },
  { name: "kim_lee_ext_@fabrikam.com", guest: false, address: undefined },
  { name: "kim_contoso.com_EXT@fabrikam.com", guest: false, address: undefined },
  { name: "kim_contoso.com_EXT_1@fabrikam.com", guest: false, address: undefined },
  { name: "kim_contoso.com_EXT_", guest: false, address: undefined },
])("the name that Entra gives a guest is read: $name", ({ name, guest, address }) => {
  expect(isGuestName(name)).toBe(guest);
  expect(guestAddress(name)).toBe(address);
});

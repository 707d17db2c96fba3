import fc from "fast-check";
import { findMeantAddress, findMeantDomain, findMeantEntries } from "../../engine/meant-entries";
import { findTypedProblem, readEntry } from "../../features/access-list/entry";
import { anyCharacter } from "../support/any-character";

it.each<[typed: string, ...meant: string[]]>([
  ["*@*.contoso.com", "*.contoso.com"],
  ["@*.contoso.com", "*.contoso.com"],
  ["kim@*.contoso.com", "*.contoso.com"],
  ["*.*.contoso.com", "*.contoso.com"],
  ["*@contoso.com", "contoso.com"],
  ["*@eu.contoso.com", "eu.contoso.com"],
  ["%@contoso.com", "contoso.com"],
  ["*contoso.com", "contoso.com", "*.contoso.com"],
  [".contoso.com", "contoso.com", "*.contoso.com"],
  ["*@.contoso.com", "contoso.com", "*.contoso.com"],
  ["*@*.kr", "*.kr"],
  ["https://contoso.com/about?x=1", "contoso.com"],
  ["https://*.contoso.com/", "*.contoso.com"],
  ["contoso.com/", "contoso.com"],
  ["contoso.com:443", "contoso.com"],
  ["||contoso.com^", "contoso.com", "*.contoso.com"],
  ["||contoso.com^$third-party", "contoso.com", "*.contoso.com"],
  ["contoso,com", "contoso.com"],
  ["contoso . com", "contoso.com"],
  ["“contoso.com”", "contoso.com"],
  ["contoso–group.com", "contoso-group.com"],
  ["mailto:kim@fabrikam.com?subject=x", "kim@fabrikam.com"],
  ["Kim Lee <kim@fabrikam.com>", "kim@fabrikam.com"],
  ['"kim"@fabrikam.com', "kim@fabrikam.com"],
  ["‘kim@fabrikam.com’", "kim@fabrikam.com"],
  ["kim@fabrikam.com,", "kim@fabrikam.com"],
  ["kim@fabrikam,com", "kim@fabrikam.com"],
  ["kim @ fabrikam.com", "kim@fabrikam.com"],
  ["kim–x@fabrikam.com", "kim-x@fabrikam.com"],
  ["ki\u200bm@fabrikam.com", "kim@fabrikam.com"],
  ["ｋｉｍ@fabrikam.com", "kim@fabrikam.com"],
  ["kim@fabrikam.com;lee@fabrikam.com"],
  ["a.example, b.example"],
  ["kim lee@fabrikam.com"],
  ["kim@lee@fabrikam.com"],
  ["kim%fabrikam.com@contoso.com"],
  ["kim@fabrikam"],
  ["fabrikam"],
  ["127.0.0.1"],
  ["kim@"],
  ["*."],
  [""],
])("%s means %s", (typed, ...meant) => {
  expect(findMeantEntries(typed)).toEqual(meant);
  for (const each of meant) expect([readEntry(each).ok, findTypedProblem(each)]).toEqual([true, undefined]);
});

it("an address and a domain are taken of what is meant", () => {
  expect(findMeantAddress("Kim <kim@fabrikam.com>")).toBe("kim@fabrikam.com");
  expect(findMeantAddress("*@fabrikam.com")).toBeUndefined();
  expect(findMeantDomain("Kim <kim@fabrikam.com>")).toBe("fabrikam.com");
  expect(findMeantDomain("*@*.fabrikam.com")).toBe("fabrikam.com");
  expect(findMeantDomain("fabrikam")).toBeUndefined();
});

it("what is meant is always an entry in its one spelling", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.constantFrom("", "@", "*@*.", "https://"), (text, mark) => {
      for (const each of findMeantEntries(`${text}${mark}${text}.com`)) expect([each, readEntry(each).ok]).toEqual([each, true]);
    }),
  );
});

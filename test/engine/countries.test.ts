import fc from "fast-check";
import english from "i18n-iso-countries/langs/en.json";
import { countryOf, placeNames, stateCode } from "../../engine/countries";
import { anyCharacter } from "../support/any-character";

describe("a country", () => {
  it.each([
    { name: "United States", alpha2: "US", alpha3: "USA" },
    { name: "united states of america", alpha2: "US", alpha3: "USA" },
    { name: " U.S.A. ", alpha2: "US", alpha3: "USA" },
    { name: "US", alpha2: "US", alpha3: "USA" },
    { name: "usa", alpha2: "US", alpha3: "USA" },
    { name: "Vereinigte Staaten von Amerika", alpha2: "US", alpha3: "USA" },
    { name: "États-Unis d'Amérique", alpha2: "US", alpha3: "USA" },
    { name: "Estados Unidos", alpha2: "US", alpha3: "USA" },
    { name: "アメリカ合衆国", alpha2: "US", alpha3: "USA" },
    { name: "미국", alpha2: "US", alpha3: "USA" },
    { name: "美国", alpha2: "US", alpha3: "USA" },
    { name: "United Kingdom", alpha2: "GB", alpha3: "GBR" },
    { name: "Korea", alpha2: "KR", alpha3: "KOR" },
    { name: "Cote d’Ivoire", alpha2: "CI", alpha3: "CIV" },
    { name: "The Netherlands", alpha2: "NL", alpha3: "NLD" },
    { name: " the Netherlands", alpha2: "NL", alpha3: "NLD" },
    { name: "Saint Vincent & the Grenadines", alpha2: "VC", alpha3: "VCT" },
    { name: "St. Lucia", alpha2: "LC", alpha3: "LCA" },
    { name: "St Vincent and the Grenadines", alpha2: "VC", alpha3: "VCT" },
    { name: "Bosnia & Herzegovina", alpha2: "BA", alpha3: "BIH" },
    { name: "Myanmar (Burma)", alpha2: "MM", alpha3: "MMR" },
    { name: "Congo", alpha2: "CG", alpha3: "COG" },
    { name: "Congo (DRC)", alpha2: "CD", alpha3: "COD" },
    { name: "United States Minor Outlying Islands", alpha2: "UM", alpha3: "UMI" },
  ])("called $name is $alpha2, $alpha3", ({ name, alpha2, alpha3 }) => expect(countryOf(name)).toEqual({ alpha2, alpha3 }));

  it.each(["", " ", "the", "Atlantis", "United", "United States of", "U", "USAA", "__proto__", "constructor", "840", "\u0000"])(
    "is not called %p",
    (name) => expect(countryOf(name)).toBeUndefined(),
  );

  it.each(Object.entries(english.countries))("%s is found by each of its English names", (code, names) => {
    // ISO calls the other one so.
    const own = [names].flat().filter((name) => !(code === "CD" && name === "Congo"));
    expect(own.map((name) => countryOf(name)?.alpha2)).toEqual(own.map(() => code));
  });

  it("is found, or not, whatever is typed", () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (name) => countryOf(name)?.alpha2 !== ""));
  });
});

describe("a state of the United States", () => {
  it.each([
    { name: "Washington", code: "WA" },
    { name: "WA", code: "WA" },
    { name: " wa ", code: "WA" },
    { name: "washington, d.c.", code: "DC" },
    { name: "D.C.", code: "DC" },
    { name: "New  York", code: "NY" },
    { name: "N.Y.", code: "NY" },
    { name: "Puerto Rico", code: "PR" },
  ])("called $name is $code", ({ name, code }) => expect(stateCode(name)).toBe(code));

  it.each(["", "Ontario", "W", "Washingtonn", "ZZ", "toString"])("is not called %p", (name) => expect(stateCode(name)).toBeUndefined());
});

it("reads every list of names when it is first asked for", () => {
  const codes = {
    US: [
      "US",
      "usa",
      "America",
      "United States of America",
      "Vereinigte Staaten",
      "États-Unis d’Amérique",
      "Estados Unidos",
      "米国",
      "미국",
      "美国",
    ],
    MM: ["Burma", "Myanmar (Burma)"],
    BA: ["Bosnia & Herzegovina"],
    CH: ["CHE", "Suíça", "Suica", "Suiza", "Schweiz"],
  };
  const { countryOf: read, stateCode: readState } = placeNames();
  for (const [code, names] of Object.entries(codes)) expect(names.map((name) => read(name)?.alpha2)).toEqual(names.map(() => code));
  expect(read("Atlantis")).toBeUndefined();
  expect(["AL", "Wyoming", "wy", "New York State", "D.C.", "Guam"].map(readState)).toEqual(["AL", "WY", "WY", "NY", "DC", "GU"]);
  expect(["", "Ontario"].map(readState)).toEqual([undefined, undefined]);
});

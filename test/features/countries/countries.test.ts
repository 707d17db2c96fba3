import fc from "fast-check";
import codes from "i18n-iso-countries/codes.json";
import english from "i18n-iso-countries/langs/en.json";
import { countryOf, indexPlaceNames, stateCode } from "../../../features/countries/countries";
import { anyCharacter } from "../../support/any-character";

const alpha2s = (codes as [string, string][]).map(([alpha2]) => alpha2);
const locales = [
  "en",
  "de",
  "de-CH",
  "fr",
  "fr-CA",
  "es",
  "es-419",
  "es-MX",
  "pt-BR",
  "pt-PT",
  "ja",
  "ko",
  "zh-Hans",
  "zh-Hant",
  "zh-Hant-HK",
];

/** Every name that CLDR gives a country in a language, and those that are no country's, or another's. */
function readByOthers(locale: string): readonly string[] {
  const names = (["long", "short", "narrow"] as const).map(
    (style) => new Intl.DisplayNames(locale, { type: "region", style, fallback: "none" }),
  );
  return alpha2s.flatMap((alpha2) =>
    [...new Set(names.flatMap((list) => list.of(alpha2) ?? []))].flatMap((name) => {
      const read = countryOf(name)?.alpha2;
      return read === alpha2 ? [] : [`${name} (${alpha2}) is read as ${read}`];
    }),
  );
}

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
  ])("named $name is $alpha2, $alpha3", ({ name, alpha2, alpha3 }) => expect(countryOf(name)).toEqual({ alpha2, alpha3 }));

  it.each(locales)(`has every name that CLDR ${process.versions.cldr} gives it in %s, long, short and narrow`, (locale) => {
    const shared = {
      // Everybody else takes it for the code of Russia.
      es: ["RU (GB) is read as RU"],
      "es-MX": ["RU (GB) is read as RU"],
      // ISO's Portuguese list gives it to the Dutch half of the island.
      "pt-BR": ["São Martinho (MF) is read as undefined"],
    };
    expect(readByOthers(locale)).toEqual(shared[locale as keyof typeof shared] ?? []);
  });

  // As ISO's Online Browsing Platform has them, and npm's country-list 2.4.1 with it.
  it.each([
    ["Bahamas (The)", "BS"],
    ["Bolivia (Plurinational State of)", "BO"],
    ["Cocos (Keeling) Islands (the)", "CC"],
    ["Congo (the Democratic Republic of the)", "CD"],
    ["Congo (the)", "CG"],
    ["Falkland Islands (the) [Malvinas]", "FK"],
    ["Iran (Islamic Republic of)", "IR"],
    ["Korea (the Democratic People's Republic of)", "KP"],
    ["Korea (the Republic of)", "KR"],
    ["Lao People's Democratic Republic (the)", "LA"],
    ["Micronesia (Federated States of)", "FM"],
    ["Moldova (the Republic of)", "MD"],
    ["Palestine, State of", "PS"],
    ["Taiwan (Province of China)", "TW"],
    ["Tanzania, the United Republic of", "TZ"],
    ["United Kingdom of Great Britain and Northern Ireland (the)", "GB"],
    ["United States of America (the)", "US"],
    ["Venezuela (Bolivarian Republic of)", "VE"],
    ["Virgin Islands (British)", "VG"],
    ["Virgin Islands (U.S.)", "VI"],
  ])("has ISO's title %s, %s", (title, alpha2) => expect(countryOf(title)?.alpha2).toBe(alpha2));

  it.each([
    ["npm iso-3166 4.4.0", "Korea, Democratic People's Republic of", "KP"],
    ["npm iso-3166-1 2.1.1", "Swaziland", "SZ"],
    ["npm iso-3166-1 2.1.1", "Virgin Islands of the United States", "VI"],
    ["npm country-region-data 4.1.0", "Gambia, The", "GM"],
    ["npm country-data-list 1.6.3", "Palestinian Territory, Occupied", "PS"],
    ["npm world-countries 5.1.0", "República Democrática do Congo", "CD"],
    ["Debian iso-codes 4.15.0", "Republic of Korea", "KR"],
    ["Debian iso-codes 4.15.0", "Korea, Republic of", "KR"],
    ["Debian tzdata 2025b", "Korea (South)", "KR"],
    ["Debian tzdata 2025b", "Samoa (American)", "AS"],
    ["CLDR 48, French, narrow", "R.-U.", "GB"],
    ["CLDR 48, Spanish of Latin America, narrow", "R. U.", "GB"],
    ["ISO 3166-1", "RU", "RU"],
    ["ISO 3166-1, full width", "ＫＲ", "KR"],
    ["Taiwan's government", "臺灣", "TW"],
    ["Japan's constitution", "日本国", "JP"],
    ["Ireland's Republic of Ireland Act 1948", "Republic of Ireland", "IE"],
    ["Forms", "Democratic Republic of Congo", "CD"],
    ["Forms", "Holland", "NL"],
    ["CLDR 48, French, narrow", "É.-U.", "US"],
    ["CLDR 48, French, narrow, decomposed", "E\u0301.-U.", "US"],
    ["Abbreviations", "U.S.", "US"],
    ["Abbreviations", "U.K.", "GB"],
    ["Abbreviations", "U.A.E.", "AE"],
  ])("is found by a name that %s gives: %s is %s", (_, name, alpha2) => expect(countryOf(name)?.alpha2).toBe(alpha2));

  it.each([
    undefined,
    82,
    true,
    "São Martinho",
    "Sao Martinho",
    "Virgin Islands",
    "EU",
    "E.U.",
    "R.U.S.",
    "D.E.",
    `${"Korea".padEnd(101)}`,
  ])("is not found by a shared name or by a text that is no name: %j", (name) => expect(countryOf(name)).toBeUndefined());

  it.each(["", " ", "the", "Atlantis", "United", "United States of", "U", "USAA", "__proto__", "constructor", "840", "\u0000"])(
    "has no name %p",
    (name) => expect(countryOf(name)).toBeUndefined(),
  );

  it.each(Object.entries(english.countries))("%s is found by each of its English names", (code, names) => {
    // ISO calls the other one so.
    const own = [names].flat().filter((name) => !(code === "CD" && name === "Congo"));
    expect(own.map((name) => countryOf(name)?.alpha2)).toEqual(own.map(() => code));
  });

  it("lookup never throws, whatever is typed", () => {
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
    { name: "AE", code: "AE" },
    { name: "Armed Forces Pacific", code: "AP" },
    { name: "Armed Forces Americas", code: "AA" },
  ])("named $name is $code", ({ name, code }) => expect(stateCode(name)).toBe(code));

  it.each(["", "Ontario", "W", "Washingtonn", "ZZ", "toString"])("has no name %p", (name) => expect(stateCode(name)).toBeUndefined());
});

it("each list of names is read only at its first use", () => {
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
  const { findCountry: read, findState: readState } = indexPlaceNames();
  for (const [code, names] of Object.entries(codes)) expect(names.map((name) => read(name)?.alpha2)).toEqual(names.map(() => code));
  expect(read("Atlantis")).toBeUndefined();
  expect(["AL", "Wyoming", "wy", "New York State", "D.C.", "Guam"].map(readState)).toEqual(["AL", "WY", "WY", "NY", "DC", "GU"]);
  expect(["", "Ontario"].map(readState)).toEqual([undefined, undefined]);
});

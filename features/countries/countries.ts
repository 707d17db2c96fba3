import codes from "i18n-iso-countries/codes.json";
import german from "i18n-iso-countries/langs/de.json";
import english from "i18n-iso-countries/langs/en.json";
import spanish from "i18n-iso-countries/langs/es.json";
import french from "i18n-iso-countries/langs/fr.json";
import japanese from "i18n-iso-countries/langs/ja.json";
import korean from "i18n-iso-countries/langs/ko.json";
import portuguese from "i18n-iso-countries/langs/pt.json";
import chinese from "i18n-iso-countries/langs/zh.json";
import type { AttributeValue } from "../../engine/sign-up/sign-up";

/** A country's codes: ISO 3166-1. */
export interface Country {
  readonly alpha2: string;
  readonly alpha3: string;
}

const countries: readonly Country[] = (codes as [string, string][]).map(([alpha2, alpha3]) => ({ alpha2, alpha3 }));

/** Names that the lists below lack, and names of several countries by which everybody means one. */
const otherNames: Readonly<Record<string, string>> = {
  America: "US",
  "Bolivarian Republic of Venezuela": "VE",
  Bonaire: "BQ",
  Britain: "GB",
  Burma: "MM",
  Congo: "CG",
  "Congo (DRC)": "CD",
  "Democratic People's Republic of Korea": "KP",
  "Democratic Republic of Congo": "CD",
  "DR Congo": "CD",
  "East Timor": "TL",
  England: "GB",
  "Federated States of Micronesia": "FM",
  Holland: "NL",
  "Holy See": "VA",
  "Hong Kong SAR": "HK",
  "Islamic Republic of Iran": "IR",
  Korea: "KR",
  "Macao SAR": "MO",
  "Macau SAR": "MO",
  Macedonia: "MK",
  "Occupied Palestinian Territory": "PS",
  "Northern Ireland": "GB",
  "Palestinian Authority": "PS",
  "Plurinational State of Bolivia": "BO",
  "Republic of Ireland": "IE",
  "Republic of Moldova": "MD",
  // The Portuguese list gives each of the next two names to the other country.
  "República Democrática do Congo": "CD",
  "República Popular do Congo": "CG",
  "Saint Helena, Ascension and Tristan da Cunha": "SH",
  Scotland: "GB",
  "State of Palestine": "PS",
  Swaziland: "SZ",
  UAE: "AE",
  "United Kingdom of Great Britain and Northern Ireland": "GB",
  "United Republic of Tanzania": "TZ",
  USA: "US",
  "Vatican City State": "VA",
  "Virgin Islands of the United States": "VI",
  Wales: "GB",
  アメリカ: "US",
  米国: "US",
  日本国: "JP",
  臺灣: "TW",
};

/**
 * Names that stand for no single country, in the form that `foldName` returns. CLDR and ISO disagree which country is called São Martinho.
 * EU is the European Union.
 */
const sharedNames: readonly string[] = ["saomartinho", "eu"];
/** The French abbreviation of the United States, with its accent: "É.-U.". */
const etatsUnis = /^\s*É\W*U\W*$/iu;

const latin = /\p{sc=Latin}/u;
const han = /\p{sc=Han}/u;
const hangul = /\p{sc=Hangul}/u;
const japaneseScripts = /[\p{sc=Kana}\p{sc=Han}]/u;

/** Lists of official and former names, such as "Vereinigte Staaten von Amerika". Each has the script of its names. */
const officialNames: readonly (readonly [script: RegExp, list: NameList])[] = [
  [latin, english],
  [latin, german],
  [latin, french],
  [latin, spanish],
  [latin, portuguese],
  [hangul, korean],
  [japaneseScripts, japanese],
  [han, chinese],
];

/** Locales whose names of countries differ in CLDR. */
const locales: readonly (readonly [script: RegExp, locale: string])[] = [
  ...["en", "de", "de-CH", "fr", "fr-CA", "es", "es-419", "pt-BR", "pt-PT"].map((locale) => [latin, locale] as const),
  [hangul, "ko"],
  [japaneseScripts, "ja"],
  ...["zh-Hans", "zh-Hant", "zh-Hant-HK"].map((locale) => [han, locale] as const),
];

/** The United States Postal Service's codes of states, the federal district, territories and the forces: "NY New York|New York State; …". */
const states = `
  AL Alabama; AK Alaska; AS American Samoa; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware;
  DC District of Columbia|Washington, D.C.; FL Florida; GA Georgia; GU Guam; HI Hawaii; ID Idaho; IL Illinois; IN Indiana;
  IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota;
  MS Mississippi; MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico;
  NY New York|New York State; NC North Carolina; ND North Dakota; MP Northern Mariana Islands; OH Ohio; OK Oklahoma; OR Oregon;
  PA Pennsylvania; PR Puerto Rico; RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah;
  VT Vermont; VI Virgin Islands|U.S. Virgin Islands; VA Virginia; WA Washington|Washington State; WV West Virginia;
  WI Wisconsin; WY Wyoming; AA Armed Forces Americas; AE Armed Forces Europe|Armed Forces Africa|Armed Forces Middle East;
  AP Armed Forces Pacific`;

type Index = ReadonlyMap<string, string>;

interface PlaceNames {
  findCountry(name: string): Country | undefined;
  findState(name: string): string | undefined;
}

/** Longer than any country's name. */
const MAX_LENGTH = 100;

/** A list is indexed only if no earlier list has the name. English comes before other languages, because hardly anyone needs another. */
export function indexPlaceNames(): PlaceNames {
  const codeIndex = once(() => new Map(countries.flatMap(({ alpha2, alpha3 }) => [[alpha2, alpha2] as const, [alpha3, alpha2] as const])));
  const indexes = [
    { script: /./u, read: once(() => buildIndex(Object.entries(otherNames).map(([name, alpha2]): Named => [alpha2, [name]]))) },
    // These lists come before the runtime's lists, whose first use takes some 20 ms.
    ...officialNames.map(([script, list]) => ({
      script,
      read: once(() =>
        buildIndex(Object.entries(list.countries).map(([code, names]) => [code, typeof names === "string" ? [names] : names])),
      ),
    })),
    ...locales.map(([script, locale]) => ({ script, read: once(() => buildIndex(readRuntimeNames(locale))) })),
  ];
  const stateIndex = once(() => buildIndex(namedStates()));

  function findCode(name: string): string | undefined {
    // Moves the end of an ISO title to the front: "Korea (the Republic of)" becomes "the Republic of Korea".
    const keys = new Set([foldName(name), foldName(name.replace(/\[.*$/, "").replace(/^(.*)[,(]([^,()]*)\)?\s*$/, "$2 $1"))]);
    for (const { read } of indexes.filter(({ script }) => script.test(name)))
      for (const key of keys) {
        const alpha2 = sharedNames.includes(key) ? undefined : read().get(key);
        if (alpha2 !== undefined) return alpha2;
      }
    return undefined;
  }

  return {
    findCountry(name) {
      if (name.length > MAX_LENGTH) return undefined;
      const text = name.normalize("NFKC");
      const alpha2 = etatsUnis.test(text) ? "US" : (codeIndex().get(text.trim().toUpperCase()) ?? findCode(name));
      return countries.find((country) => country.alpha2 === alpha2);
    },
    findState: (name) => stateIndex().get(foldName(name)),
  };
}

const known = indexPlaceNames();

/**
 * The country that a text names: in any language that messages speak, by ISO's title, or by a code of two or three letters.
 * Case, accents and punctuation do not matter. Undefined for anything else, also for a name that two countries share:
 * decide what a person of an unknown country may do.
 *
 * @example
 * defineRule("residents", ({ signUp }) => pass({ findings: { resident: countryOf(signUp.attributes.country)?.alpha2 === "CA" } }))
 */
export function countryOf(text: AttributeValue | undefined): Country | undefined {
  return typeof text === "string" ? known.findCountry(text) : undefined;
}

/** The two-letter code of a state of the United States, from its name or code. Undefined if there is none. */
export function stateCode(name: string): string | undefined {
  return known.findState(name);
}

type Named = readonly [code: string, names: readonly string[]];

interface NameList {
  readonly countries: Readonly<Record<string, string | readonly string[]>>;
}

function namedStates(): readonly Named[] {
  return states.split(";").map((each): Named => {
    const [code, names] = each.trim().split(/ (.*)/) as [string, string];
    return [code, [code, ...names.split("|")]];
  });
}

/** Lists CLDR's names of all countries, including short names: "Bosnia & Herzegovina", "Bosnia", "EE. UU.". */
function readRuntimeNames(locale: string): readonly Named[] {
  const lists = (["long", "short", "narrow"] as const).map(
    (style) => new Intl.DisplayNames(locale, { type: "region", style, fallback: "none" }),
  );
  return countries.map(({ alpha2 }): Named => [alpha2, [...new Set(lists.flatMap((list) => list.of(alpha2) ?? []))]]);
}

function buildIndex(all: readonly Named[]): Index {
  return new Map(all.flatMap(([code, names]) => names.map((name): [string, string] => [foldName(name), code])));
}

/** A name's letters without spelling variants: "St. Lucia" and "Saint Lucia" are "saintlucia". */
function foldName(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replaceAll("&", " and ")
    .replace(/\bst\b/g, "saint")
    .replace(/^\s*the\s/, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

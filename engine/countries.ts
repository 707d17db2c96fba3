import codes from "i18n-iso-countries/codes.json";
import german from "i18n-iso-countries/langs/de.json";
import english from "i18n-iso-countries/langs/en.json";
import spanish from "i18n-iso-countries/langs/es.json";
import french from "i18n-iso-countries/langs/fr.json";
import japanese from "i18n-iso-countries/langs/ja.json";
import korean from "i18n-iso-countries/langs/ko.json";
import portuguese from "i18n-iso-countries/langs/pt.json";
import chinese from "i18n-iso-countries/langs/zh.json";

/** ISO 3166-1. */
export interface Country {
  readonly alpha2: string;
  readonly alpha3: string;
}

const countries: readonly Country[] = (codes as [string, string][]).map(([alpha2, alpha3]) => ({ alpha2, alpha3 }));

/** Country names as forms have them that the lists lack, or give to two. */
const otherNames: Readonly<Record<string, string>> = {
  America: "US",
  Bonaire: "BQ",
  Burma: "MM",
  Congo: "CG",
  "Congo (DRC)": "CD",
  "DR Congo": "CD",
  "East Timor": "TL",
  "Holy See": "VA",
  "Hong Kong SAR": "HK",
  Korea: "KR",
  "Macao SAR": "MO",
  "Macau SAR": "MO",
  "Palestinian Authority": "PS",
  "Saint Helena, Ascension and Tristan da Cunha": "SH",
  アメリカ: "US",
  米国: "US",
};

/** The United States Postal Service's codes of states, the federal district and territories: "NY New York|New York State; …". */
const states = `
  AL Alabama; AK Alaska; AS American Samoa; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware;
  DC District of Columbia|Washington, D.C.; FL Florida; GA Georgia; GU Guam; HI Hawaii; ID Idaho; IL Illinois; IN Indiana;
  IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota;
  MS Mississippi; MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico;
  NY New York|New York State; NC North Carolina; ND North Dakota; MP Northern Mariana Islands; OH Ohio; OK Oklahoma; OR Oregon;
  PA Pennsylvania; PR Puerto Rico; RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah;
  VT Vermont; VI Virgin Islands|U.S. Virgin Islands; VA Virginia; WA Washington|Washington State; WV West Virginia;
  WI Wisconsin; WY Wyoming`;

type Index = ReadonlyMap<string, string>;

interface PlaceNames {
  countryOf(name: string): Country | undefined;
  stateCode(name: string): string | undefined;
}

/**
 * Reads names of places. Each list is indexed when somebody first asks for it, the likeliest first: hardly anyone needs a
 * language other than English.
 */
export function placeNames(): PlaceNames {
  const countryIndexes = [
    once(() =>
      indexOf([
        ...countries.map(({ alpha2, alpha3 }): Named => [alpha2, [alpha2, alpha3]]),
        ...Object.entries(otherNames).map(([name, alpha2]): Named => [alpha2, [name]]),
      ]),
    ),
    once(() => indexOf(namesIn(english))),
    once(() => indexOf(runtimeNames())),
    ...[german, french, spanish, portuguese, japanese, korean, chinese].map((list) => once(() => indexOf(namesIn(list)))),
  ];
  const stateIndex = once(() => indexOf(namedStates()));
  return {
    countryOf(name) {
      const key = keyOf(name);
      for (const index of countryIndexes) {
        const alpha2 = index().get(key);
        if (alpha2 !== undefined) return countries.find((country) => country.alpha2 === alpha2);
      }
      return undefined;
    },
    stateCode: (name) => stateIndex().get(keyOf(name)),
  };
}

const known = placeNames();

/**
 * The country that a name stands for: in English, in the other languages that our messages speak, or as a code of two or
 * three letters. Case, accents and punctuation do not matter. Undefined if no country is called so.
 */
export function countryOf(name: string): Country | undefined {
  return known.countryOf(name);
}

/** The two-letter code of a state of the United States, from its name or code. Undefined if there is none. */
export function stateCode(name: string): string | undefined {
  return known.stateCode(name);
}

/** A code and what it is called. */
type Named = readonly [code: string, names: readonly string[]];

function namesIn(list: { readonly countries: Readonly<Record<string, string | readonly string[]>> }): readonly Named[] {
  return Object.entries(list.countries).map(([code, names]) => [code, typeof names === "string" ? [names] : names]);
}

function namedStates(): readonly Named[] {
  return states.split(";").map((each): Named => {
    const [code, names] = each.trim().split(/ (.*)/) as [string, string];
    return [code, [code, ...names.split("|")]];
  });
}

/** The names that the Unicode consortium gives: "Bosnia & Herzegovina", "Myanmar (Burma)". */
function runtimeNames(): readonly Named[] {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  return countries.map(({ alpha2 }): Named => [alpha2, [names.of(alpha2) ?? alpha2]]);
}

function indexOf(all: readonly Named[]): Index {
  return new Map(all.flatMap(([code, names]) => names.map((name): [string, string] => [keyOf(name), code])));
}

/** A name's letters without spelling variants: "St. Lucia" and "Saint Lucia" are "saintlucia". */
function keyOf(name: string): string {
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

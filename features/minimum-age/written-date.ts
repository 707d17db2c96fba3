import { readTag } from "../../engine/sign-up/text";

/** Languages in which people write months by name; Korean, Japanese and Chinese have numbers. */
const languages = ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "tr", "ar", "th"];

let months: ReadonlyMap<string, readonly number[]> | undefined;

/** Returns the months, 1 to 12, that a word may mean; none for any other word. */
export function findMonths(word: string): readonly number[] {
  months ??= monthsByName();
  return months.get(nameKey(word)) ?? [];
}

/** Returns all words that `findMonths` knows. The runtime provides each word in its long and short form, both alone and within a date. */
export function monthsByName(): ReadonlyMap<string, readonly number[]> {
  const namedMonths = new Map<string, readonly number[]>();
  const add = (name: string, month: number) => {
    const key = nameKey(name);
    if (key !== "") namedMonths.set(key, [...new Set([...(namedMonths.get(key) ?? []), month])]);
  };
  for (const language of languages) {
    for (const form of ["long", "short"] as const) {
      for (const day of [undefined, "numeric"] as const) {
        const names = new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, { month: form, day, timeZone: "UTC" });
        for (let month = 1; month <= 12; month++) {
          const parts = names.formatToParts(Date.UTC(2000, month - 1, 1));
          add(parts.find(({ type }) => type === "month")?.value ?? "", month);
        }
      }
    }
  }
  return namedMonths;
}

/** Returns a name in lower case, without accents and dots. Keeps Thai's vowel signs: ม.ค. and มี.ค. are two months. */
function nameKey(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]|[^\p{L}\p{M}]/gu, "");
}

/** A way to count years, such as the common era or Taiwan's. */
export interface Era {
  /** The year of the common era before the first year of this era. */
  readonly base: number;
  readonly from?: string;
  readonly until?: string;
}

const meiji: Era = { base: 1867, from: "1873-01-01", until: "1912-07-30" };
const taisho: Era = { base: 1911, from: "1912-07-30", until: "1926-12-25" };
const showa: Era = { base: 1925, from: "1926-12-25", until: "1989-01-07" };
const heisei: Era = { base: 1988, from: "1989-01-08", until: "2019-04-30" };
const reiwa: Era = { base: 2018, from: "2019-05-01" };
/** Taiwan's era. */
const minguo: Era = { base: 1911, from: "1912-01-01" };
const common: Era = { base: 0 };
/** Thailand's era. */
const buddhist: Era = { base: -543 };

/** Eras by the text before the year, in lower case. */
export const calendars: ReadonlyMap<string, Era> = new Map<string, Era>(
  Object.entries({
    ...{ 明治: meiji, 大正: taisho, 昭和: showa, 平成: heisei, 令和: reiwa },
    ...{ m: meiji, t: taisho, s: showa, h: heisei, r: reiwa },
    ...{ 民國: minguo, 民国: minguo, 中華民國: minguo, 中华民国: minguo },
    ...{ 西暦: common, 西元: common, 公元: common, 서기: common },
  }),
);

export function eraIn({ from = "", until = "9999" }: Era, day: string): boolean {
  return day >= from && day <= until;
}

/** The eras to which a year of two digits may belong in each country, besides the common era. */
const shortYears: Readonly<Record<string, readonly Era[]>> = {
  JP: [taisho, showa, heisei, reiwa],
  TW: [minguo],
  // In Thailand, 42 means 2542 of the Buddhist era.
  TH: [{ base: 2500 + buddhist.base }],
};

/** The first year of four digits that counts as Buddhist: in the common era, such a year would be in the far future. */
const FIRST_BUDDHIST = 2400;

export function listPossibleYears(digits: string, regions: readonly string[], thisYear: number): readonly number[] {
  const year = Number(digits);
  if (digits.length === 4) return [year >= FIRST_BUDDHIST ? year + buddhist.base : year];
  if (digits.length === 3) return regions.includes("TW") ? [minguo.base + year] : [];
  const regionEras = regions.flatMap((region) => (Object.hasOwn(shortYears, region) ? (shortYears[region] as readonly Era[]) : []));
  return [1900 + year, 2000 + year, ...regionEras.map(({ base }) => base + year)].filter(
    (each) => each > thisYear - 100 && each <= thisYear,
  );
}

/** The order of day, month and year in a date that consists of numbers. */
export const dateOrders = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = (typeof dateOrders)[number];

export interface DateHints {
  /** The current year. Two digits mean one of the last hundred years. */
  readonly thisYear: number;
  /** The likely order, by the policy or the country. If the numbers are no date in this order, they are read in any other. */
  readonly order?: DateOrder | undefined;
  /** Two-letter codes of the person's likely countries, some of which count years in their own way. */
  readonly regions?: readonly string[];
}

/** Limit of a date's characters. No date in any calendar and language is longer. */
const LONGEST = 60;

/** Returns every day that a text may mean, as `1999-01-02`, unordered; several if it is ambiguous: `01/02/1999`, two-digit years. */
export function findMeantDays(typedText: string, { thisYear, order, regions = [] }: DateHints): readonly string[] {
  if (typedText.length > LONGEST) return [];
  const text = plain(typedText);
  const read = withEra(text) ?? parseNumericDate(text, order) ?? readInWords(text);
  const days = read.flatMap(({ year, month, day, era }) =>
    (era === undefined ? listPossibleYears(year, regions, thisYear) : [era.base + Number(year)]).flatMap((each) => {
      const foundDay = formatDay(each, month, day);
      return foundDay === undefined || (era !== undefined && !eraIn(era, foundDay)) ? [] : [foundDay];
    }),
  );
  return [...new Set(days)];
}

/** A day as somebody wrote it. Its year depends on the calendar. */
interface Written {
  readonly year: string;
  readonly month: number;
  readonly day: number;
  readonly era?: Era | undefined;
}

/** Returns `1999-01-02`; undefined for a day that does not exist. */
function formatDay(year: number, month: number, day: number): string | undefined {
  // Years below 1000 are refused, because JavaScript reads a year below 100 as a year of the 20th century.
  if (year < 1000) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  // Refuses days such as 31 April, which JavaScript turns into 1 May.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}

/** The code points of the digit zero in other scripts. The digits up to nine follow each zero. */
const zeros = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0];

function plain(typedText: string): string {
  return typedText
    .normalize("NFKC")
    .replace(/\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0) as number;
      const zero = zeros.find((first) => code >= first && code <= first + 9);
      return zero === undefined ? digit : String(code - zero);
    })
    .replace(/\p{Cf}/gu, "")
    .replace(/[\p{Pd}−]/gu, "-")
    .replace(/[。．]/gu, ".")
    .replace(/\s+/gu, " ")
    .trim()
    .toLowerCase();
}

const names = [...calendars.keys()]
  .sort((one, other) => other.length - one.length)
  .join("|")
  .replaceAll(".", "\\.");
const eraDate = new RegExp(
  `^(${names})? ?(\\d{1,4}|元)(?: ?[年년] ?(\\d{1,2}) ?[月월] ?(\\d{1,2}) ?[日일]?| ?[-./ ] ?(\\d{1,2}) ?[-./ ] ?(\\d{1,2}))\\.?$`,
);

/** Reads `1999년 1월 2일`, `平成11年1月2日`, `H11.1.2`. */
function withEra(text: string): readonly Written[] | undefined {
  const [, name, year = "", cjkMonth, cjkDay, month = cjkMonth, day = cjkDay] = eraDate.exec(text) ?? [];
  if (name === undefined && cjkMonth === undefined) return undefined;
  return [{ year: year === "元" ? "1" : year, month: Number(month), day: Number(day), era: calendars.get(name as string) }];
}

const threeNumbers = /^(\d{1,4}) ?[-./, ] ?(\d{1,2}) ?[-./, ] ?(\d{1,4})\.?$/;
const withoutSeparators = /^(?:(\d{4})(\d{2})(\d{2})|(\d{2})(\d{2})(\d{2}))$/;
/** The only permitted time of day: programs add it to dates. Any other may be on another day in the person's zone. */
const midnight = /t00:00(?::00(?:\.0+)?)?z?$/;

/** Reads a date that consists of numbers alone. Returns every reading if the order is ambiguous; undefined if the text has another form. */
function parseNumericDate(typedText: string, order: DateOrder | undefined): readonly Written[] | undefined {
  const text = typedText.replace(midnight, "");
  const [, year, month, day, ...two] = withoutSeparators.exec(text) ?? [];
  if (year !== undefined) {
    const yearLast = [text.slice(0, 2), text.slice(2, 4), text.slice(4)] as const;
    return [...readInOrder([year, String(month), String(day)], "ymd"), ...readings(yearLast, order)];
  }
  const three = two[0] === undefined ? threeNumbers.exec(text)?.slice(1) : two;
  return three && readings(three as unknown as Three, order);
}

type Three = readonly [string, string, string];

function readings(three: Three, order: DateOrder | undefined): readonly Written[] {
  const likely = order === undefined ? [] : readInOrder(three, order);
  return likely.length > 0 ? likely : dateOrders.flatMap((each) => readInOrder(three, each));
}

function readInOrder(three: Three, order: DateOrder): readonly Written[] {
  const at = (part: "y" | "m" | "d") => three[order.indexOf(part)] as string;
  const [year, month, day] = [at("y"), at("m"), at("d")];
  // The day is checked in the year 2000, which is a leap year. The typed year may be of another calendar, in which 29 February exists.
  const isDay = year.length > 1 && month.length < 3 && day.length < 3 && formatDay(2000, Number(month), Number(day)) !== undefined;
  return isDay ? [{ year, month: Number(month), day: Number(day) }] : [];
}

/** Reads `2 January 1999`, `Jan 2nd, 99`, `2 de enero de 1999`. */
function readInWords(text: string): readonly Written[] {
  const numbers = text.match(/\d+/g) ?? [];
  const months = [...new Set((text.match(/[\p{L}\p{M}.]+/gu) ?? []).flatMap(findMonths))];
  if (numbers.length !== 2) return [];
  const [first, second] = numbers as [string, string];
  return months.flatMap((month) =>
    [
      { year: second, day: Number(first) },
      { year: first, day: Number(second) },
    ].flatMap(({ year, day }) => (year.length > 1 ? [{ year, month, day }] : [])),
  );
}

/** Countries where people write the month first. */
const monthFirst = ["US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"];
/** Countries where people write the year first. If a date there ends with the year, day and month are ambiguous. */
const yearFirst = ["CA", "CN", "HU", "JP", "KP", "KR", "LT", "MN", "SE", "TW"];

/** Returns the order of the numbers in a country's dates. */
export function orderIn(alpha2: string | undefined): DateOrder | undefined {
  if (alpha2 === undefined) return undefined;
  if (monthFirst.includes(alpha2)) return "mdy";
  return yearFirst.includes(alpha2) ? "ymd" : "dmy";
}

/** Returns a person's likely countries by the tags of their languages: Taiwan for `zh-TW`, Japan for `ja`. */
export function listRegions(locales: readonly string[]): readonly string[] {
  return locales.flatMap((tag) => readTag(tag)?.maximize().region ?? []);
}

import fc from "fast-check";
import { type DateHints, findMeantDays, listRegions, monthsByName, orderIn } from "../../../features/minimum-age/written-date";

const thisYear = 2026;
const meant = (typed: string, hints: Omit<DateHints, "thisYear"> = {}) => [...findMeantDays(typed, { thisYear, ...hints })].sort();

it("recognizes only the names of months, in full or shortened, and in the form that dates use", () => {
  const months = monthsByName();
  for (const [name, numbers] of [
    ["january", [1]],
    ["dec", [12]],
    ["märz", [3]],
    ["mai", [5]],
    ["décembre", [12]],
    ["enero", [1]],
    ["marca", [3]],
    ["marzec", [3]],
    ["января", [1]],
    ["январь", [1]],
    ["haziran", [6]],
    ["ديسمبر", [12]],
    ["มีนาคม", [3]],
  ] as const) {
    const key = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    expect([name, months.get(key)]).toEqual([name, numbers]);
  }
  expect([...months.keys()].filter((name) => !/^[\p{L}\p{M}]+$/u.test(name))).toEqual([]);
  expect(new Set([...months.values()].flat())).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
});

describe("a written date", () => {
  it.each([
    "1999-01-02",
    "1999/1/2",
    "1999.01.02",
    "1999. 1. 2.",
    "1999, 1, 2",
    "1999 01 02",
    "1999    01    02",
    "1999。1。2",
    `1999-01-02${" ".repeat(50)}`,
    "19990102",
    "1999-01-02T00:00:00Z",
    "1999-01-02T00:00:00.000Z",
    "1999–01–02",
    "1999−01−02",
    " 1999-01-02\u200f ",
    "1999년 1월 2일",
    "1999년1월2일",
    "서기 1999년 1월 2일",
    "99년 1월 2일",
    "99.01.02",
    "99. 1. 2.",
    "990102",
    "1999年1月2日",
    "公元1999年1月2日",
    "平成11年1月2日",
    "㍻11年1月2日",
    "平成11.1.2",
    "H11.1.2",
    "h11/01/02",
    "民國88年1月2日",
    "民国 88/1/2",
    "2542-01-02",
    "25420102",
    "2 มกราคม 2542",
    "2 มกราคม พ.ศ. 2542",
    "๒ ม.ค. ๒๕๔๒",
    "１９９９／０１／０２",
    "١٩٩٩-٠١-٠٢",
    "۱۹۹۹/۰۱/۰۲",
    "٢ يناير ١٩٩٩",
    "2 January 1999",
    "January 2nd, 1999",
    "Jan 2 1999",
    "2-Jan-1999",
    "2nd of january, 99",
    "2. Januar 1999",
    "2 janvier 1999",
    "2 de enero de 1999",
    "2 de jan. de 1999",
    "2 января 1999 г.",
    "2 Ocak 1999",
  ])("%s is 2 January 1999", (typed) => expect(meant(typed)).toEqual(["1999-01-02"]));

  it.each([
    { typed: "昭和64年1月7日", is: ["1989-01-07"], why: "the last day of an era" },
    { typed: "平成元年1月8日", is: ["1989-01-08"], why: "the first year has a name" },
    { typed: "令和元年5月1日", is: ["2019-05-01"], why: "the first day of an era" },
    { typed: "昭和65年1月7日", is: [], why: "the era was over" },
    { typed: "平成元年1月7日", is: [], why: "the era had not begun" },
    { typed: "29.02.2000", is: ["2000-02-29"], why: "a leap year" },
    { typed: "29.02.2001", is: [], why: "no leap year" },
    { typed: "1900-02-29", is: [], why: "no leap year of the calendar" },
    { typed: "31.04.1999", is: [], why: "30 days" },
    { typed: "1999-13-01", is: [], why: "12 months" },
    { typed: "1999-00-10", is: [], why: "no month" },
    { typed: "1999-01-00", is: [], why: "no day" },
    { typed: "32.01.1999", is: [], why: "31 days" },
    { typed: "0026-01-02", is: [], why: "the year 26" },
    { typed: "1800-01-02", is: ["1800-01-02"], why: "a day, though nobody is that old" },
    { typed: "1420-01-02", is: ["1420-01-02"], why: "a Hijri year is not guessed" },
    { typed: "1999-01-02T15:00:00Z", is: [], why: "the day depends on a zone" },
    { typed: "13.05.1999", is: ["1999-05-13"], why: "no month has that number" },
    { typed: "05/13/1999", is: ["1999-05-13"], why: "the same, month first" },
    { typed: "05.05.1999", is: ["1999-05-05"], why: "either way the same" },
    { typed: "01/02/1999", is: ["1999-01-02", "1999-02-01"], why: "day or month first" },
    { typed: "01/02/2542", is: ["1999-01-02", "1999-02-01"], why: "the same of Thailand's calendar" },
    { typed: "01021999", is: ["1999-01-02", "1999-02-01"], why: "the same without separators" },
    { typed: "26-01-02", is: ["2002-01-26", "2026-01-02"], why: "year 26 or day 26" },
    { typed: "Jan 02 05", is: ["2002-01-05", "2005-01-02"], why: "year 05 or day 05" },
    { typed: "1", is: [], why: "no date" },
    { typed: "1999", is: [], why: "a year alone" },
    { typed: "January 1999", is: [], why: "a month alone" },
    { typed: "yesterday", is: [], why: "a word" },
    { typed: "1999-01-02-03", is: [], why: "a number too many" },
    { typed: "true", is: [], why: "a box that was ticked" },
    { typed: "9".repeat(80), is: [], why: "no date is that long" },
    { typed: `1999-01-02${" ".repeat(51)}`, is: [], why: "no text of a date is that long" },
    { typed: "1000-01-02", is: ["1000-01-02"], why: "the first year of four digits" },
    { typed: "0999-01-02", is: [], why: "the year before it" },
    { typed: "9999-01-02", is: ["9456-01-02"], why: "a Buddhist year" },
    { typed: "2399-01-02", is: ["2399-01-02"], why: "the last year that is none" },
    { typed: "2400-01-02", is: ["1857-01-02"], why: "the first that is one" },
    { typed: "令和9999年1月1日", is: [], why: "no calendar goes so far" },
    { typed: "1/2/3", is: [], why: "no year has one digit" },
    { typed: "012/01/1999", is: [], why: "no day and no month has three" },
    { typed: "1999/01/002", is: [], why: "no day has three, the year first" },
    { typed: "2 January 9", is: [], why: "no year has one digit, with a name" },
    { typed: "2 January 1999 15:00", is: [], why: "a time of day with it" },
    { typed: "12 January 1828", is: ["1828-01-12"], why: "1828 days into January are no day of it" },
    { typed: "99 January 1999", is: [], why: "31 days, with a name" },
  ])("$typed is $is: $why", ({ typed, is }) => expect(meant(typed)).toEqual(is));

  it.each<{ typed: string; hints: Omit<DateHints, "thisYear">; is: readonly string[] }>([
    { typed: "01/02/1999", hints: { order: "dmy" }, is: ["1999-02-01"] },
    { typed: "01/02/1999", hints: { order: "mdy" }, is: ["1999-01-02"] },
    { typed: "01/02/1999", hints: { order: "ymd" }, is: ["1999-01-02", "1999-02-01"] },
    { typed: "13/02/1999", hints: { order: "mdy" }, is: ["1999-02-13"] },
    { typed: "29/02/1999", hints: { order: "dmy" }, is: [] },
    { typed: "99.01.02", hints: { order: "dmy" }, is: ["1999-01-02"] },
    { typed: "05.01.02", hints: { order: "ymd" }, is: ["2005-01-02"] },
    { typed: "050102", hints: { order: "dmy" }, is: ["2002-01-05"] },
    { typed: "26.12.05", hints: { order: "ymd" }, is: ["2026-12-05"] },
    { typed: "99/01/02", hints: { regions: ["TW"] }, is: ["1999-01-02", "2010-01-02"] },
    { typed: "099/01/02", hints: { regions: ["TW"] }, is: ["2010-01-02"] },
    { typed: "099/01/02", hints: {}, is: [] },
    { typed: "2/13/42", hints: { regions: ["TH"] }, is: ["1942-02-13", "1999-02-13"] },
    {
      typed: "20.1.22",
      hints: { order: "ymd", regions: ["JP"] },
      is: ["1931-01-22", "1945-01-22", "2008-01-22", "2020-01-22"],
    },
  ])("$typed with $hints is $is", ({ typed, hints, is }) => expect(meant(typed, hints)).toEqual(is));

  const days = fc
    .date({ min: new Date("1930-01-01T00:00:00Z"), max: new Date("2026-01-01T00:00:00Z"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

  it.each([
    { locale: "en-CA-u-nu-latn", dateStyle: "short" },
    { locale: "ko-KR", dateStyle: "medium" },
    { locale: "ja-JP-u-ca-japanese", dateStyle: "short" },
    { locale: "zh-TW-u-ca-roc", dateStyle: "medium" },
    ...[
      "en-US",
      "en-GB",
      "ko-KR",
      "ja-JP",
      "ja-JP-u-ca-japanese",
      "zh-CN",
      "zh-TW-u-ca-roc",
      "de-DE",
      "fr-FR",
      "es-ES",
      "pt-BR",
      "it-IT",
    ].map(long),
    ...["nl-NL", "pl-PL", "ru-RU", "tr-TR", "ar-EG-u-ca-gregory", "ar-EG-u-ca-gregory-nu-arab", "th-TH", "th-TH-u-nu-thai"].map(long),
  ] as const)("is read correctly in the runtime's own format: $locale, $dateStyle", ({ locale, dateStyle }) => {
    const written = new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC" });
    fc.assert(
      fc.property(days, (day) => {
        expect(meant(written.format(new Date(day)))).toEqual([day]);
      }),
    );
  });

  it("is read in the given order if the year is last, or in both orders if no order is given", () => {
    fc.assert(
      fc.property(days, fc.constantFrom("/", ".", "-", " "), (day, separator) => {
        const [year = "", month = "", date = ""] = day.split("-");
        const british = [date, month, year].join(separator);
        expect(meant(british, { order: "dmy" })).toEqual([day]);
        expect(meant([month, date, year].join(separator), { order: "mdy" })).toEqual([day]);
        const other = Number(date) <= 12 ? `${year}-${date}-${month}` : day;
        expect(meant(british)).toEqual([...new Set([day, other])].sort());
      }),
    );
  });

  it("yields only real calendar days, for any typed text", () => {
    const pieces = fc.constantFrom(
      "1",
      "02",
      "31",
      "99",
      "1999",
      "2567",
      "元",
      "年",
      "월",
      "日",
      "H",
      "平成",
      " ",
      ".",
      "/",
      "-",
      "Jan",
      "mai",
      "٣",
      "１",
    );
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(pieces, { maxLength: 9 }).map((each) => each.join("")),
    );
    const regions = fc.constantFrom([], ["TH"], ["TW", "JP"]);
    fc.assert(
      fc.property(texts, fc.constantFrom(undefined, "dmy", "mdy", "ymd"), regions, (typed, order, own) => {
        for (const day of meant(typed, { order, regions: own })) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
      }),
    );
  });
});

function long(locale: string) {
  return { locale, dateStyle: "long" } as const;
}

it.each([
  { country: "US", order: "mdy" },
  { country: "KR", order: "ymd" },
  { country: "GB", order: "dmy" },
  { country: undefined, order: undefined },
])("dates in $country use the order $order", ({ country, order }) => expect(orderIn(country)).toBe(order));

it("each language tag gives its country; an invalid tag and a language without a country give none", () =>
  expect(listRegions(["zh-TW", "ja", "not a tag", "zh-Hant", "tlh"])).toEqual(["TW", "JP", "TW"]));

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

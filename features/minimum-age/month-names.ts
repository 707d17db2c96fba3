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

const MS_PER_HOUR = 3_600_000;
/** Offsets from UTC, in hours, of the zones in which a day begins last and first. */
const LAST_ZONE = -12;
const FIRST_ZONE = 14;

/** Returns the day at an offset from UTC, as `1999-01-02`. */
function dayAt(now: Date, hours: number): string {
  return new Date(now.getTime() + hours * MS_PER_HOUR).toISOString().slice(0, 10);
}

/** Returns the earliest and the latest of the current days on earth. */
export function daysOnEarth(now: Date): readonly [string, string] {
  return [dayAt(now, LAST_ZONE), dayAt(now, FIRST_ZONE)];
}

/** Returns the current day where it begins last: in the country, or on earth. The first call for a country takes up to 200 ms. */
export function latestDay(alpha2: string | undefined, now: Date): string {
  const [earliest] = daysOnEarth(now);
  const days = readZones(alpha2).map((zone) => {
    // The locale is fixed, so that the machine's locale has no influence.
    const parts = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    const values = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, value]));
    return `${values.year}-${values.month}-${values.day}`;
  });
  return days.sort()[0] ?? earliest;
}

/** Node 20 has a locale's zones as a property, later versions as a method. */
interface ZonedLocale extends Intl.Locale {
  readonly timeZones?: readonly string[];
  getTimeZones?(): readonly string[] | undefined;
}

/** Returns the IANA zones of a country; none for a place without inhabitants. */
function readZones(alpha2: string | undefined): readonly string[] {
  if (alpha2 === undefined) return [];
  const locale: ZonedLocale = new Intl.Locale(`und-${alpha2}`);
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

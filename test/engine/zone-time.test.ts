import { localTime, momentAhead, momentFrom } from "../../cli/typed";
import { minuteIn, readBegin, readEnd } from "../../console/parts/time";
import { endOfDay, formatTime, parseClockTime, readClock, startOfDay, toStoredTime } from "../../engine/zone-time";

const NOW = new Date("2026-01-15T12:00:00.000Z");

// What @js-temporal/polyfill 0.5.1 answers ("compatible"), and Node's Date in that zone. Luxon 3.7.2 takes the second reading of a time
// that the clock shows twice where it runs in winter, dayjs 1.11 always, date-fns-tz 3.2 mostly; date-fns-tz goes back in a gap.
const clockChanges = [
  { zone: "Europe/Berlin", what: "twice", typed: "2026-10-25T02:30", moment: "2026-10-25T00:30:00.000Z", shown: "02:30:00 UTC+02:00" },
  { zone: "Europe/Berlin", what: "left out", typed: "2026-03-29T02:30", moment: "2026-03-29T01:30:00.000Z", shown: "03:30:00 UTC+02:00" },
  { zone: "America/New_York", what: "twice", typed: "2026-11-01T01:30", moment: "2026-11-01T05:30:00.000Z", shown: "01:30:00 UTC-04:00" },
  {
    zone: "America/New_York",
    what: "left out",
    typed: "2026-03-08T02:30",
    moment: "2026-03-08T07:30:00.000Z",
    shown: "03:30:00 UTC-04:00",
  },
  {
    zone: "Australia/Lord_Howe",
    what: "twice",
    typed: "2026-04-05T01:45",
    moment: "2026-04-04T14:45:00.000Z",
    shown: "01:45:00 UTC+11:00",
  },
  {
    zone: "Australia/Lord_Howe",
    what: "left out",
    typed: "2026-10-04T02:15",
    moment: "2026-10-03T15:45:00.000Z",
    shown: "02:45:00 UTC+11:00",
  },
  { zone: "Africa/Cairo", what: "twice", typed: "2026-10-29T23:30", moment: "2026-10-29T20:30:00.000Z", shown: "23:30:00 UTC+03:00" },
  { zone: "Africa/Cairo", what: "left out", typed: "2026-04-24T00:30", moment: "2026-04-23T22:30:00.000Z", shown: "01:30:00 UTC+03:00" },
  { zone: "Europe/London", what: "twice", typed: "2026-10-25T01:30", moment: "2026-10-25T00:30:00.000Z", shown: "01:30:00 UTC+01:00" },
  { zone: "Europe/London", what: "left out", typed: "2026-03-29T01:30", moment: "2026-03-29T01:30:00.000Z", shown: "02:30:00 UTC+01:00" },
  { zone: "Europe/London", what: "once", typed: "2026-01-28T01:30", moment: "2026-01-28T01:30:00.000Z", shown: "01:30:00 UTC" },
  { zone: "Asia/Seoul", what: "once", typed: "2026-03-14T02:30", moment: "2026-03-13T17:30:00.000Z", shown: "02:30:00 UTC+09:00" },
  { zone: "UTC", what: "once", typed: "2026-03-14T02:30", moment: "2026-03-14T02:30:00.000Z", shown: "02:30:00 UTC" },
];

describe("a typed local time is the same moment in the command and the console", () => {
  it.each(clockChanges)("$typed in $zone is $what on the clock, and means $moment", ({ zone, typed, moment, shown }) => {
    expect(parseClockTime(typed, zone).toISOString()).toBe(moment);
    expect(minuteIn(typed, zone)?.toISOString()).toBe(moment);
    expect(momentAhead("--until", typed, NOW, "end", zone).toISOString()).toBe(moment);
    expect(momentAhead("--from", typed, NOW, "begin", zone).toISOString()).toBe(moment);
    expect(momentFrom(typed, new Date("2030-01-01"), "--since", "begin", zone).toISOString()).toBe(moment);
    expect(formatTime(new Date(moment), zone)).toBe(`${typed.slice(0, 10)} ${shown}`);
  });
});

// The first moments of days, of @js-temporal/polyfill 0.5.1's PlainDate.toZonedDateTime. Luxon 3.7.2, where it runs in winter, gives the second
// midnight of Havana's autumn.
const firstMoments = [
  { zone: "Africa/Cairo", day: "2026-04-24", begins: "2026-04-23T22:00:00.000Z", at: "01:00:00" },
  { zone: "Africa/Cairo", day: "2026-10-30", begins: "2026-10-29T22:00:00.000Z", at: "00:00:00" },
  { zone: "Asia/Beirut", day: "2026-03-29", begins: "2026-03-28T22:00:00.000Z", at: "01:00:00" },
  { zone: "America/Asuncion", day: "2024-10-06", begins: "2024-10-06T04:00:00.000Z", at: "01:00:00" },
  { zone: "America/Santiago", day: "2026-09-06", begins: "2026-09-06T04:00:00.000Z", at: "01:00:00" },
  { zone: "America/Havana", day: "2026-03-08", begins: "2026-03-08T05:00:00.000Z", at: "01:00:00" },
  { zone: "America/Havana", day: "2026-11-01", begins: "2026-11-01T04:00:00.000Z", at: "00:00:00" },
  { zone: "America/Sao_Paulo", day: "2018-11-04", begins: "2018-11-04T03:00:00.000Z", at: "01:00:00" },
  { zone: "Asia/Gaza", day: "2023-04-29", begins: "2023-04-28T22:00:00.000Z", at: "00:00:00" },
  { zone: "Asia/Tehran", day: "2022-03-22", begins: "2022-03-21T20:30:00.000Z", at: "01:00:00" },
  { zone: "Asia/Amman", day: "2021-03-26", begins: "2021-03-25T22:00:00.000Z", at: "01:00:00" },
  { zone: "Asia/Damascus", day: "2022-03-25", begins: "2022-03-24T22:00:00.000Z", at: "01:00:00" },
  { zone: "Atlantic/Azores", day: "2026-03-29", begins: "2026-03-29T01:00:00.000Z", at: "01:00:00" },
  { zone: "America/Scoresbysund", day: "2026-03-29", begins: "2026-03-29T01:00:00.000Z", at: "00:00:00" },
  { zone: "America/Nuuk", day: "2026-10-25", begins: "2026-10-25T02:00:00.000Z", at: "00:00:00" },
  { zone: "Europe/Berlin", day: "2026-10-26", begins: "2026-10-25T23:00:00.000Z", at: "00:00:00" },
  { zone: "America/New_York", day: "2026-03-09", begins: "2026-03-09T04:00:00.000Z", at: "00:00:00" },
  { zone: "Australia/Lord_Howe", day: "2026-10-05", begins: "2026-10-04T13:00:00.000Z", at: "00:00:00" },
  { zone: "Asia/Seoul", day: "2026-03-14", begins: "2026-03-13T15:00:00.000Z", at: "00:00:00" },
];

describe("a day of a time zone", () => {
  it.each(firstMoments)("begins when the previous day ends: $day of $zone at $begins, which is $at there", ({ zone, day, begins, at }) => {
    const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
    expect(startOfDay(day, zone)?.toISOString()).toBe(begins);
    expect(readClock(new Date(begins), zone)).toMatchObject({ day, time: at });
    expect(endOfDay(before, zone)?.getTime()).toBe(Date.parse(begins) - 1);
    expect(momentAhead("--until", before, new Date(0), "end", zone).toISOString(), "the command's --until").toBe(begins);
    expect(momentAhead("--from", day, new Date(0), "begin", zone).toISOString(), "the command's --from").toBe(begins);
    expect(momentFrom(day, new Date("2030-01-01"), "--since", "begin", zone).toISOString(), "the command's --since").toBe(begins);
    expect(momentFrom(before, new Date("2030-01-01"), "--until", "end", zone)).toEqual(endOfDay(before, zone));
  });

  it.each(["2026-03-08", "2026-03-08T03:15", "2026-03-08T02:15Z", "2026-03-08T02:15:07Z", "2026-03-08T02:15:07.250Z"])(
    "and a minute count whole, at pages and in commands: %s",
    (typed) => {
      const [zone, now] = ["America/New_York", new Date("2030-01-01")];
      expect(readBegin(typed, zone)).toEqual(momentFrom(typed, now, "--since", "begin", zone));
      expect(readEnd(typed, zone)).toEqual(momentFrom(typed, now, "--until", "end", zone));
    },
  );

  // No zone does so now.
  it("begins at 00:30 if the clocks went from 23:30 to 00:30", () => {
    expect(startOfDay("1919-03-31", "America/Toronto")?.toISOString()).toBe("1919-03-31T04:30:00.000Z");
    expect(endOfDay("1919-03-30", "America/Toronto")?.toISOString()).toBe("1919-03-31T04:29:59.999Z");
  });

  it("ends now if it is not over", () => {
    const now = new Date("2026-10-25T12:00:00.000Z");
    expect(momentFrom("2026-10-25", now, "--until", "end", "Europe/Berlin")).toEqual(now);
    expect(() => momentFrom("2026-10-26", now, "--until", "end", "Europe/Berlin")).toThrow("not a past time");
  });
});

it.each(["", "soon", "2026-13-01T00:00:00Z"])("a row's text that is no time is shown unchanged: %j", (text) => {
  expect(localTime(text)).toBe(text);
});

describe("the clock time equals that of Intl", () => {
  const moments = [
    ...["-000044-03-15T12:00:00.000Z", "0000-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z", "0999-12-31T23:59:59.999Z"],
    ...["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.001Z", "2026-10-25T01:00:00.000Z", "+010000-01-01T00:00:00.000Z"],
  ];
  const style = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

  it.each(["UTC", "Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Europe/Dublin"])("in %s", (zone) => {
    const format = new Intl.DateTimeFormat("en", { ...style, timeZone: zone, hourCycle: "h23", timeZoneName: "longOffset" });
    for (const text of moments) {
      const moment = new Date(text);
      const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
      expect(readClock(moment, zone)).toEqual({
        day: `${part.year?.padStart(4, "0")}-${part.month}-${part.day}`,
        time: `${part.hour}:${part.minute}:${part.second}`,
        offset: part.timeZoneName?.replace("GMT", "UTC").replace("UTC+00:00", "UTC"),
      });
    }
  });

  it("except for an invalid date, which is refused", () => {
    expect(() => readClock(new Date("x"), "UTC")).toThrow(RangeError);
    expect(() => readClock(new Date("x"), "Asia/Seoul")).toThrow(RangeError);
  });
});

it.each([
  { typed: "2026-12-24T18:00", zone: "America/Los_Angeles", stored: "2026-12-25T02:00Z" },
  { typed: " 2026-12-24T18:00:30 ", zone: "Asia/Seoul", stored: "2026-12-24T09:00:30Z" },
  { typed: "2026-12-24T18:00:30.500", zone: "UTC", stored: "2026-12-24T18:00:30.500Z" },
  { typed: "2026-07-01T18:00", zone: "Europe/Berlin", stored: "2026-07-01T16:00Z" },
  { typed: "2026-12-24t18:00", zone: "America/Los_Angeles", stored: "2026-12-25T02:00Z" },
  { typed: "2026-12-24T18:00:30,5", zone: "Asia/Seoul", stored: "2026-12-24T09:00:30.500Z" },
  { typed: "2026-12-24T18:00:00.0000000", zone: "Asia/Seoul", stored: "2026-12-24T09:00Z" },
  { typed: "2026-12-24t18:00z", zone: "Asia/Seoul", stored: "2026-12-24t18:00z" },
  { typed: "2026-12-24T18:00+09", zone: "UTC", stored: "2026-12-24T18:00+09" },
  { typed: "2026-12-24T18:00Z", zone: "Asia/Seoul", stored: "2026-12-24T18:00Z" },
  { typed: "2026-12-24T18:00+09:00", zone: "UTC", stored: "2026-12-24T18:00+09:00" },
  { typed: "2026-12-24", zone: "Asia/Seoul", stored: "2026-12-24" },
  { typed: "1801353600", zone: "Asia/Seoul", stored: "1801353600" },
  { typed: "2026-02-30T18:00", zone: "Asia/Seoul", stored: "2026-02-30T18:00" },
  { typed: "2026-13-24T18:00", zone: "Asia/Seoul", stored: "2026-13-24T18:00" },
])("the time $typed, typed in $zone, is stored as $stored", ({ typed, zone, stored }) => expect(toStoredTime(typed, zone)).toBe(stored));

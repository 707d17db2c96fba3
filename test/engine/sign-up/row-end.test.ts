import { endOfRow, expiryTime, isCurrent, isMisnamedEnd, lastDay } from "../../../engine/sign-up/row-end";

const at = (iso: string) => Date.parse(iso);

it.each<{ cell: unknown; end: number | undefined }>([
  { cell: 1_900_000_000, end: 1_900_000_000_000 },
  { cell: " 1900000000 ", end: 1_900_000_000_000 },
  // Zero times of Go, JavaScript and Excel, and the last day before the year 2000.
  { cell: 0, end: undefined },
  { cell: "0001-01-01T00:00:00Z", end: undefined },
  { cell: "1970-01-01", end: undefined },
  { cell: "1899-12-30", end: undefined },
  { cell: "1999-12-31", end: undefined },
  { cell: "2000-01-01T00:00:00Z", end: undefined },
  { cell: "2000-01-01", end: at("2000-01-02T00:00:00Z") },
  { cell: 946_684_801, end: at("2000-01-01T00:00:01Z") },
  // A spreadsheet's number of 2027-01-31, with a time too.
  { cell: 46_418, end: undefined },
  { cell: "46418", end: undefined },
  { cell: 46_418.75, end: undefined },
  // Days of Thailand's calendar, as Intl, Java's ThaiBuddhistDate and a Thai Excel write the year: 2570 is 2027.
  { cell: "2570-01-31", end: undefined },
  { cell: "2570-01-31T18:00+07:00", end: undefined },
  { cell: 18_936_806_400, end: undefined },
  { cell: "2543-01-01", end: undefined },
  { cell: "2642-12-31", end: undefined },
  { cell: "2542-12-31", end: at("2543-01-01T00:00:00Z") },
  { cell: "2643-01-01", end: at("2643-01-02T00:00:00Z") },
  // "Never", of tools that know no empty end.
  { cell: "9999-12-31", end: at("9999-12-31T00:00:00Z") + 86_400_000 },
  { cell: 1_900_000_000.5, end: 1_900_000_000_500 },
  // pandas 1.5.3, of a column with an empty cell.
  { cell: "1900000000.0", end: 1_900_000_000_000 },
  { cell: "20270131.0", end: undefined },
  { cell: "46418.0", end: undefined },
  { cell: ["2027-01-31"], end: undefined },
  { cell: "12027", end: undefined },
  { cell: "+002027-01-31", end: undefined },
  { cell: 99_999_999_999, end: 99_999_999_999_000 },
  { cell: 100_000_000_000, end: undefined },
  { cell: "1900000000000", end: undefined },
  { cell: -1, end: undefined },
  { cell: Number.NaN, end: undefined },
  { cell: 2027, end: undefined },
  { cell: "202701", end: undefined },
  { cell: "20270131", end: undefined },
  { cell: "2027013", end: undefined },
  { cell: 1827, end: undefined },
  { cell: "2027-01-31", end: at("2027-02-01T00:00:00Z") },
  { cell: "2027-02-30", end: undefined },
  { cell: "2027-01-31T10:00", end: at("2027-01-31T10:00:00Z") },
  { cell: "2027-01-31t10:00:05z", end: at("2027-01-31T10:00:05Z") },
  { cell: "2027-01-31T10:00:05,5Z", end: at("2027-01-31T10:00:05.500Z") },
  { cell: "2027-01-31T10:00+09:00", end: at("2027-01-31T01:00:00Z") },
  { cell: "2027-01-31T10:00-0930", end: at("2027-01-31T19:30:00Z") },
  { cell: "2027-01-31T10:00+09", end: at("2027-01-31T01:00:00Z") },
  { cell: "2027-02-30T10:00", end: undefined },
  { cell: "2027-01-31T25:00", end: undefined },
  { cell: "x2027-01-31T10:00", end: undefined },
  { cell: "2027-01-31T10:00Zx", end: undefined },
  { cell: "2027-01-31 10:00", end: undefined },
  { cell: "soon", end: undefined },
  { cell: "", end: undefined },
  { cell: true, end: undefined },
  { cell: undefined, end: undefined },
])("$cell ends at $end", ({ cell, end }) => expect(expiryTime(cell)).toBe(end));

it.each<{ row: object; end: number | undefined }>([
  { row: {}, end: Number.POSITIVE_INFINITY },
  { row: { entry: "a", until: "2020-01-01", expiresAt: 1_900_000_000 }, end: 1_900_000_000_000 },
  { row: { expiresAt: "soon" }, end: undefined },
  { row: { expiresAt: 5 }, end: undefined },
  { row: { expiresAt: 1_900_000_000, Expires: 5 }, end: undefined },
])("the row $row ends at $end", ({ row, end }) => {
  expect(endOfRow(row as never)).toBe(end);
  expect(isCurrent(row as never, new Date(1_899_999_999_999))).toBe(end !== undefined);
  expect(isCurrent(row as never, new Date(1_900_000_000_000))).toBe(end === Number.POSITIVE_INFINITY);
});

it.each(["expires", "Expires_At", "expiresat", "EXPIRY", "expiration", "expirydate", "expirse", "_expires"])(
  "%s is recognised as a misspelt name for expiresAt",
  (name) => expect(isMisnamedEnd(name)).toBe(true),
);

it.each(["expiresAt", "expired", "until", "experience", "expiryReminderSentToManager", "notExpires", "a-expires", "exp"])(
  "%s is not taken for a misspelt expiresAt",
  (name) => expect(isMisnamedEnd(name)).toBe(false),
);

it.each([
  { time: "2027-02-01T00:00:00.000Z", day: "2027-01-31" },
  { time: "2027-02-01T10:00:00.000Z", day: "2027-02-01T10:00Z" },
  { time: "2027-02-01T10:00:07.000Z", day: "2027-02-01T10:00:07Z" },
  { time: "2027-02-01T10:00:00.007Z", day: "2027-02-01T10:00:00.007Z" },
])("the end $time is shown in the form that people type: $day", ({ time, day }) => expect(lastDay(time)).toBe(day));

import { readEndProblem } from "../../engine/end-problem";
import { expiryTime } from "../../engine/sign-up/row-end";

it.each<{ cell: unknown; problem: object }>([
  // Days as SheetJS and Gnumeric write them in a CSV file of raw values.
  { cell: "46418", problem: { code: "serialEnd", day: "2027-01-31" } },
  { cell: 46_418, problem: { code: "serialEnd", day: "2027-01-31" } },
  { cell: "46418.75", problem: { code: "serialEnd", day: "2027-01-31" } },
  { cell: "36526", problem: { code: "serialEnd", day: "2000-01-01" } },
  { cell: "36525", problem: { code: "unclearEnd" } },
  // Zero times: Go's time.Time, epoch seconds, Excel's day 0.
  { cell: "0001-01-01T00:00:00Z", problem: { code: "earlyEnd" } },
  { cell: 0, problem: { code: "earlyEnd" } },
  { cell: "1899-12-30", problem: { code: "earlyEnd" } },
  { cell: "946684799", problem: { code: "earlyEnd" } },
  { cell: "1999-12-31", problem: { code: "earlyEnd" } },
  // Go's zero time with the tag unixtime.
  { cell: -62_135_596_800, problem: { code: "earlyEnd" } },
  // Thailand's calendar. Its leap years are no other's.
  { cell: "2570-01-31", problem: { code: "buddhistEnd", meant: "2027-01-31" } },
  { cell: "2571-02-29", problem: { code: "buddhistEnd", meant: "2028-02-29" } },
  { cell: "2570-01-31T18:00+07:00", problem: { code: "buddhistEnd", meant: "2027-01-31T18:00+07:00" } },
  { cell: 18_936_806_400, problem: { code: "buddhistEnd", meant: "2027-01-31" } },
  { cell: "2570-02-29", problem: { code: "noSuchEnd" } },
  // Date.now() of JavaScript.
  { cell: 1_801_396_800_000, problem: { code: "endInMilliseconds", meant: ["1801396800"] } },
  // Java's ZonedDateTime.
  { cell: "2027-01-31T21:00+09:00[Asia/Seoul]", problem: { code: "endInOtherForm", meant: ["2027-01-31T21:00+09:00"] } },
  { cell: "2027/1/31", problem: { code: "endInOtherForm", meant: ["2027-01-31"] } },
  { cell: "2027.01.31.", problem: { code: "endInOtherForm", meant: ["2027-01-31"] } },
  { cell: "2027-01-31 9:05", problem: { code: "endInOtherForm", meant: ["2027-01-31T09:05"] } },
  { cell: "2027/13/31", problem: { code: "endInOtherForm" } },
  { cell: "2027-02-30T21:00+09:00[Asia/Seoul]", problem: { code: "noSuchEnd" } },
  { cell: "2027-01-31T25:00Z", problem: { code: "noSuchEnd" } },
  { cell: "2027-02-30", problem: { code: "noSuchEnd" } },
  { cell: "20270131", problem: { code: "unclearEnd", meant: ["2027-01-31"] } },
  { cell: "20273101", problem: { code: "unclearEnd" } },
  { cell: "202701", problem: { code: "unclearEnd" } },
  { cell: "31.01.2027", problem: { code: "endInOtherOrder", meant: ["2027-01-31"] } },
  { cell: "31/1/27", problem: { code: "endInOtherOrder", meant: ["2027-01-31"] } },
  { cell: "03/04/2027", problem: { code: "endInOtherOrder", meant: ["2027-04-03", "2027-03-04"] } },
  { cell: "40.13.2027", problem: { code: "endInOtherOrder" } },
  { cell: "soon", problem: { code: "badEnd" } },
  { cell: true, problem: { code: "badEnd" } },
])("an error explains why $cell is no valid end", ({ cell, problem }) => {
  expect(expiryTime(cell)).toBeUndefined();
  expect(readEndProblem(cell)).toEqual(problem);
});

import { TimeChart } from "../../../../features/counts/pages/time-chart";

const HOUR = 3_600_000;
/** The axis of a chart that begins then. */
const labels = (from: string, hours: number, zone = "UTC") => {
  const spans = Array.from({ length: hours }, (_, index) => {
    const begin = Date.parse(from) + index * HOUR;
    return { from: new Date(begin), to: new Date(begin + HOUR - 1), counts: {} };
  });
  const visit = { language: "en", zone } as never;
  const html = String(TimeChart({ visit, label: "x", spans, unit: "hour", address: () => "/" }));
  return [...html.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, text]) => text);
};

it("the time chart labels each midnight of the reader's time zone with the date, and other marks with hours", () => {
  expect(labels("2026-11-25T10:00:00Z", 49)).toEqual(["16:00", "26 Nov", "08:00", "16:00", "27 Nov", "08:00"]);
  expect(labels("2026-11-25T10:00:00Z", 12, "Asia/Kolkata")).toContain("18:30");
  expect(labels("2026-11-25T10:00:00Z", 5)).toEqual(["10:00", "11:00", "12:00", "13:00", "14:00"]);
});

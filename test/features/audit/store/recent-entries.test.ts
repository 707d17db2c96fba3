import { linkedEntry } from "../../../../features/audit/chain";
import type { AuditRow } from "../../../../features/audit/entry";
import { recentEntries } from "../../../../features/audit/store/recent-entries";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 0, minute));

/** A trail of an entry a minute, in pages of two, that counts what is read of it. */
function trailOf(minutes: number) {
  const rows: AuditRow[] = [];
  const tell = (minute: number, by = "kim") =>
    rows.push(linkedEntry(rows.at(-1), { by, via: "command", action: "a", outcome: "begun", marks: [`m${minute}`] }, at(minute), "salt"));
  for (let minute = 0; minute < minutes; minute++) tell(minute);
  let pages = 0;
  return {
    rows,
    tell,
    pages: () => pages,
    async *newestRows() {
      const newest = rows.toReversed();
      for (let start = 0; start < newest.length; start += 2) {
        pages += 1;
        yield newest.slice(start, start + 2);
      }
    },
  };
}
const numbers = (entries: readonly { readonly number: string }[]) => entries.map(({ number }) => Number(number));

it("the reader of recent entries reads only new ones, and reads all again if older ones are requested", async () => {
  const trail = trailOf(10);
  const recent = recentEntries(trail);
  expect(numbers(await recent(at(4)))).toEqual([10, 9, 8, 7, 6, 5]);
  expect(trail.pages()).toBe(4);
  trail.tell(10);
  expect(numbers(await recent(at(6)))).toEqual([11, 10, 9, 8, 7]);
  expect(trail.pages()).toBe(5);
  const entries = await recent(at(4));
  expect(numbers(entries)).toEqual([11, 10, 9, 8, 7, 6, 5]);
  expect(entries[0]?.marks).toEqual(new Set(["m10"]));
  expect(trail.pages()).toBe(6);
  expect(numbers(await recent(at(2)))).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

it("the reader of recent entries drops entries over two minutes older than the requested moment", async () => {
  const trail = trailOf(20);
  const recent = recentEntries(trail);
  await recent(at(0));
  await recent(at(18));
  const pages = trail.pages();
  expect(numbers(await recent(at(16)))).toEqual([20, 19, 18, 17]);
  expect(trail.pages()).toBe(pages + 1);
  expect(numbers(await recent(at(15)))).toEqual([20, 19, 18, 17, 16]);
  expect(trail.pages()).toBe(pages + 4);
  expect(numbers(await recent(at(30)))).toEqual([]);
  trail.tell(31);
  expect(numbers(await recent(at(30)))).toEqual([21]);
});

it("the reader of recent entries detects that the trail was replaced", async () => {
  const trail = trailOf(10);
  const recent = recentEntries(trail);
  await recent(at(5));
  trail.rows.splice(7);
  trail.tell(8, "lee");
  expect((await recent(at(6))).map(({ number, by }) => [Number(number), by])).toEqual([
    [8, "lee"],
    [7, "kim"],
  ]);
});

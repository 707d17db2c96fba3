import { alignedTable, type Output } from "../output";
import type { BillPart } from "./parts";
import { HOURS_A_MONTH, priceList } from "./prices";

/** A bill, and what it is of. */
export interface Bill {
  readonly of: string;
  /** Undefined where AWS bills nothing. */
  readonly region?: string;
  readonly from: Date;
  readonly to: Date;
  readonly signUps: number;
  readonly parts: readonly BillPart[];
  /** What else there is to know. */
  readonly notes: readonly string[];
}

const DAY_MS = 86_400_000;

/** For people: a line a part. */
export function printBill({ of, from, to, signUps, parts, notes }: Bill, { print: line }: Output): void {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  line(
    `${of}, ${date(from)} to ${date(to)} (${days.toFixed(1)} days), ${signUps.toLocaleString("en-US")} ${signUps === 1 ? "sign-up" : "sign-ups"}`,
  );
  line(`At list prices of ${priceList.region} of ${priceList.asOf}, in US dollars:`);
  line("");
  const perThousand = (dollars: number) => (signUps === 0 ? "-" : ((dollars / signUps) * 1_000).toFixed(4));
  const sum = sumOf(parts);
  const rows = [
    ["PART", "USED", "A MONTH", "PER 1,000 SIGN-UPS"],
    ...parts.map(({ part, used, dollars }) => [part, used, aMonth(dollars, days).toFixed(2), perThousand(dollars)]),
    ["together", "", aMonth(sum, days).toFixed(2), perThousand(sum)],
  ];
  for (const each of alignedTable()(rows)) line(each);
  line("");
  for (const note of notes) line(note);
}

/** An object a part, and one that sums up. */
export function printBillAsJson({ of, region, from, to, signUps, parts, notes }: Bill, { json }: Output): void {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  const both = (dollars: number) => ({
    dollars,
    aMonth: aMonth(dollars, days),
    ...(signUps > 0 && { perThousandSignUps: (dollars / signUps) * 1_000 }),
  });
  for (const { part, used, dollars } of parts) json({ part, used, ...both(dollars) });
  const prices = { region: priceList.region, asOf: priceList.asOf };
  json({ of, ...(region && { region }), from, to, signUps, ...both(sumOf(parts)), prices, notes });
}

function sumOf(parts: readonly BillPart[]): number {
  return parts.reduce((sum, { dollars }) => sum + dollars, 0);
}

function aMonth(dollars: number, days: number): number {
  return (dollars / days) * (HOURS_A_MONTH / 24);
}

function date(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

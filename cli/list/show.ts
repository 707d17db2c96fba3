import { accessListStore } from "../../lambda/stores/access-list";
import { type Item, toRow } from "../../lambda/stores/rows";
import type { JsonOption, PlaceOptions } from "../options";
import type { Output } from "../output";
import { placeFor } from "../place";
import type { Session } from "../session";
import { type Described, described, lastDay } from "./describe";
import { rowsMeant } from "./entries";
import { alignedTable } from "./table";

const headings = ["ENTRY", "EFFECT", "STATE", "ISSUER", "UNTIL", "NOTE", "PROBLEM"];

/** `gatehouse list show`: one page at a time, so that a list of any length needs the same memory. */
export async function show(typed: string | undefined, options: PlaceOptions & JsonOption, { output }: Session): Promise<void> {
  const now = new Date();
  const { dynamodb, accessListTable } = await placeFor(options);
  const store = accessListStore(dynamodb, accessListTable);
  const printPage = options.json ? jsonPrinter(output) : tablePrinter(output);
  if (typed === undefined) {
    let count = 0;
    for await (const page of store.pages()) {
      printPage(describedAll(page, now));
      count += page.length;
    }
    if (count === 0) output.warn("The list is empty.");
    return;
  }
  printPage(describedAll(await rowsMeant(typed, store), now));
}

function describedAll(items: readonly Item[], now: Date): readonly Described[] {
  return items.map((item) => described(toRow(item), now));
}

type PagePrinter = (rows: readonly Described[]) => void;

function jsonPrinter(output: Output): PagePrinter {
  return (rows) => {
    for (const row of rows) output.json(row);
  };
}

function tablePrinter(output: Output): PagePrinter {
  const aligned = alignedTable();
  let headed = false;
  return (rows) => {
    if (rows.length === 0) return;
    for (const line of aligned([...(headed ? [] : [headings]), ...rows.map(cellsOf)])) output.print(line);
    headed = true;
  };
}

function cellsOf({ entry, effect, state, issuer = "", expiresAt, note = "", problem = "" }: Described): readonly string[] {
  return [entry, effect, state, issuer, expiresAt === undefined ? "" : lastDay(expiresAt), note, problem];
}

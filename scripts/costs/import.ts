import { addIndexes } from "../../features/access-list/store/list-indexes";
import { buildShape, keysToKnow } from "../../features/look-alikes/look-alike";
import { tableShapes } from "../../features/row-kinds";
import { priceList as price } from "./prices";

const ROWS = 1_000_000;
/** A domain whose name has fourteen letters. */
const DOMAIN = "contosopartner.com";

/** Returns the number of rows that an import writes to find look-alikes of an allowed domain. */
export function lookAlikeRows(domain: string): number {
  const shape = buildShape(domain);
  return shape === undefined ? 0 : keysToKnow(shape).length;
}

function listWrites(): number {
  const row = addIndexes({ entry: { S: DOMAIN }, effect: { S: "allow" } });
  const standsIn = tableShapes.accessList.indexes.filter(
    ({ partitionKey, sortKey }) => partitionKey in row && sortKey !== undefined && sortKey in row,
  );
  return 1 + standsIn.length;
}

export function importCost(): string {
  const alike = lookAlikeRows(DOMAIN);
  const list = ROWS * listWrites() * price.write;
  const importDollars = ROWS * (alike * price.write + price.read);
  const dollars = (amount: number) => `**$${amount.toFixed(2)}**`;
  return [
    `A million new rows cost ${dollars(list)}: ${listWrites()} writes each.`,
    `If they allow domains such as ${DOMAIN}, they cost ${dollars(list + importDollars)}: each also takes a read and writes ${alike} rows,`,
    "under which a [look-alike](access-list.md#look-alikes) of it is found. Changes and removals write none of these.",
  ].join(" ");
}

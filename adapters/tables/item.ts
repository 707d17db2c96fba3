import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Row } from "../../engine/sign-up/rule";

/** A row as DynamoDB spells it: `{ entry: { S: "contoso.com" } }`. */
export type Item = Record<string, AttributeValue>;

/** Plain values as DynamoDB spells them; those that are undefined are left out. */
export function toItem(row: object): Item {
  return marshall(row, { removeUndefinedValues: true });
}

/** A row as plain values. Numbers too large for JavaScript lose digits rather than make the row unreadable. */
export function toRow(item: Item): Row {
  const row = unmarshall(item, { wrapNumbers: Number });
  // Rows are shown to rules frozen, and a set cannot be.
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell instanceof Set ? [...cell] : cell]));
}

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Row } from "../../engine/sign-up/rule";

/** A row as DynamoDB spells it: `{ entry: { S: "contoso.com" } }`. */
export type Item = Record<string, AttributeValue>;

/** Plain values as DynamoDB spells them; those that are undefined are left out. Throws a TypeError for a value that it cannot hold. */
export function toItem(row: object): Item {
  try {
    return marshall(row, { removeUndefinedValues: true });
  } catch {
    // The message would quote the value.
    throw new TypeError("A row has a value that DynamoDB cannot hold.");
  }
}

/** A row as plain values. Numbers too large for JavaScript lose digits rather than make the row unreadable. Throws a TypeError for what is no row. */
export function toRow(item: Item): Row {
  const row = unmarshallItem(item);
  for (const [name, cell] of Object.entries(row)) if (typeof cell === "object") row[name] = frozenCell(cell, item[name]);
  return row;
}

/** Rows are shown to rules frozen, and neither a set nor a typed array can be. */
function frozenCell(cell: unknown, writtenCell: AttributeValue | undefined): unknown {
  // As an object its base64 is no text: it would be read as the name of a provider or gate.
  if (writtenCell?.B !== undefined || writtenCell?.BS !== undefined) return Object(String(cell instanceof Set ? [...cell] : cell));
  if (writtenCell?.L !== undefined) return writtenCell.L.map((each, index) => frozenCell((cell as readonly unknown[])[index], each));
  return cell instanceof Set ? [...cell] : cell;
}

function unmarshallItem(item: Item): Record<string, unknown> {
  try {
    return unmarshall(item, { wrapNumbers: Number });
  } catch {
    throw new TypeError("A row has a cell that is none of DynamoDB's.");
  }
}

import { createHash } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Row } from "../../engine/sign-up/rule";

/** A row in DynamoDB's form: `{ entry: { S: "contoso.com" } }`. */
export type Item = Record<string, AttributeValue>;

/** Leaves out undefined values. Throws a TypeError for a value that DynamoDB cannot hold. */
export function toItem(row: object): Item {
  try {
    return marshall(row, { removeUndefinedValues: true });
  } catch {
    // The original message would quote the value.
    throw new TypeError("A row has a value that DynamoDB cannot hold.");
  }
}

/** Numbers too large for JavaScript lose digits instead of making the row unreadable. Throws a TypeError for a malformed row. */
export function toRow(item: Item): Row {
  const row = unmarshallItem(item);
  for (const [name, cell] of Object.entries(row)) row[name] = frozenCell(cell, item[name]);
  return row;
}

/** Rules get frozen rows. Sets and typed arrays cannot be frozen, so sets become arrays, and bytes become String objects. */
function frozenCell(cell: unknown, writtenCell: AttributeValue | undefined): unknown {
  // Bytes become a String object with base64. A rule could mistake a plain text for the name of a provider or gate.
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

/** A form sends this version of the row that it showed, so that an edit of a row that has changed since is noticed. */
export function computeRowVersion(item: Item): string {
  const cells = Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1));
  return versionOfAll(cells);
}

export function versionOfAll(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}

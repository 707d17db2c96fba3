import type { AwsClient } from "../../../adapters/aws/client";
import type { Row } from "../../../engine/sign-up/rule";
import { type LookAlikes, lookAlikes } from "../../look-alikes/store";
import { readEntry } from "../entry";
import { readRow } from "../row";
import { accessListStore } from "./access-list";

export function createLookAlikes(
  client: AwsClient,
  getTableName: (table: "accessList" | "ledger") => string,
  now: () => Date = () => new Date(),
): LookAlikes {
  return lookAlikes(client, getTableName("ledger"), accessListStore(client, getTableName("accessList")).effects, now);
}

/** Undefined for an entry other than the allow of a domain or wildcard. */
export function allowedDomain(entry: string, row: Row): string | undefined {
  const read = readEntry(entry);
  if (!read.ok || (read.entry.kind !== "domain" && read.entry.kind !== "wildcard")) return undefined;
  const { effect, allowedUntil, void: isVoid } = readRow(row);
  if ((effect !== "allow" && allowedUntil === undefined) || isVoid) return undefined;
  return read.entry.kind === "domain" ? read.entry.domain : `*.${read.entry.domain}`;
}

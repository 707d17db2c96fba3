import type { Row } from "../../engine/sign-up/rule";
import { readEntry } from "./entry";
import { readRow } from "./row";

/** Returns the key of a typed entry that allows a domain or all domains under one. */
export function allowedDomain(entry: string, row: Row): string | undefined {
  const read = readEntry(entry);
  if (!read.ok || (read.entry.kind !== "domain" && read.entry.kind !== "wildcard")) return undefined;
  const { effect, void: isVoid } = readRow(row);
  if (effect !== "allow" || isVoid) return undefined;
  return read.entry.kind === "domain" ? read.entry.domain : `*.${read.entry.domain}`;
}

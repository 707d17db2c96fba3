import { recordId } from "../../engine/sign-up/records";
import type { Row } from "../../engine/sign-up/rule";
import type { Rows } from "./rows";

/** Reads each row once, however often it is requested. */
export function createCachedRead(read: Rows["read"]): Rows["read"] {
  const knownRows = new Map<string, Row | undefined>();
  return async (keys, signal) => {
    const missing = keys.filter((key) => !knownRows.has(recordId(key)));
    if (missing.length > 0) {
      const foundRows = await read(missing, signal);
      for (const key of missing) knownRows.set(recordId(key), foundRows.get(recordId(key)));
    }
    return new Map(keys.map(recordId).flatMap((id): [string, Row][] => withRow(id, knownRows.get(id))));
  };
}

export function withRow(id: string, row: Row | undefined): [string, Row][] {
  return row === undefined ? [] : [[id, row]];
}

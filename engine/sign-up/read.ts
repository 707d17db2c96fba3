import type { Deadline } from "./deadline";
import { failed } from "./failure";
import { frozen } from "./frozen";
import type { Ports } from "./ports";
import type { PreparedPolicy } from "./prepare";
import { distinct, type ReadRecords, recordId, recordsOf } from "./records";
import type { RecordKey, Row } from "./rule";

/** What was read before the rules decide. */
export interface Reading {
  readonly records: ReadRecords;
  /** The same for shadow rules: rows that they alone look at are read beside the others, so as to fail beside them too. */
  readonly forShadows: Promise<ReadRecords>;
}

/** One read for all rules proper, and beside it one for rows that shadow rules alone look at. */
export async function readAll({ rules }: PreparedPolicy, ports: Ports, deadline: Deadline): Promise<Reading> {
  const replayLookup = ports.replayLookup ?? [];
  const keysOf = (shadow: boolean) => distinct(rules.flatMap((prepared) => (prepared.shadow === shadow ? prepared.needs : [])));
  const keys = keysOf(false);
  const shared = new Set(keys.map(recordId));
  const extra = keysOf(true).filter((key) => !shared.has(recordId(key)));
  const fetch = async (asked: readonly RecordKey[], optional: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>> =>
    asked.length + optional.length === 0 ? new Map() : frozen(await deadline.hold(() => ports.read(asked, deadline.signal, optional)));

  const main = fetch(keys, replayLookup);
  const forShadows = Promise.all([main, fetch(extra, [])]).then((found) =>
    recordsOf([...keys, ...extra], new Map(found.flatMap((rows) => [...rows]))),
  );
  forShadows.catch(() => undefined);
  try {
    return { records: recordsOf([...replayLookup, ...keys], await main), forShadows };
  } catch (error) {
    throw failed("read", error);
  }
}

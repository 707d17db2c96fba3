import type { Deadline } from "./deadline";
import { failed } from "./failure";
import { frozen } from "./frozen";
import type { Ports } from "./ports";
import type { PreparedPolicy } from "./prepare";
import { distinct, type ReadRecords, recordsOf } from "./records";
import type { Row } from "./rule";

/** One read for all rules. */
export async function readAll({ rules }: PreparedPolicy, ports: Ports, deadline: Deadline): Promise<ReadRecords> {
  const replayLookup = ports.replayLookup ?? [];
  const keys = distinct(rules.flatMap((prepared) => ("shadow" in prepared ? [] : prepared.needs)));
  try {
    const found: ReadonlyMap<string, Row> =
      keys.length + replayLookup.length === 0
        ? new Map()
        : frozen(await deadline.hold(() => ports.read(keys, deadline.signal, replayLookup)));
    return recordsOf([...replayLookup, ...keys], found);
  } catch (error) {
    throw failed("read", error);
  }
}

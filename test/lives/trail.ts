import { createHash } from "node:crypto";
import type { Row } from "../../engine/sign-up/rule";

// The audit trail and its archive, read without the product's code: one chain without a gap, and a copy of each entry.

type Check = (promise: string, isKept: boolean, about: object) => void;

/** What an erasure may take of an entry, and what its hash does not cover. */
const unhashed = new Set(["details", "subject", "person", "erased", "hash"]);

export class Trail {
  private readonly entries = new Map<string, Row>();
  /** Changes of streams that an entry tells of, with the entry's number. */
  private readonly told = new Map<string, string>();

  constructor(private readonly check: Check) {}

  rowWritten(before: Row | undefined, after: Row | undefined): void {
    const number = String((after ?? before)?.number);
    this.check("no entry of the trail goes, or is replaced", after !== undefined && (before === undefined || before.hash === after.hash), {
      number,
    });
    if (after === undefined) return;
    this.entries.set(number, after);
    if (before !== undefined || typeof after.event !== "string") return;
    const key = `${after.event} ${String(after.action)}`;
    this.check("a change comes into the trail once", !this.told.has(key), { number, event: after.event, before: this.told.get(key) });
    this.told.set(key, number);
  }

  /** Once all is archived. @param objects texts of the archive, by name */
  settled(objects: ReadonlyMap<string, string>): void {
    let previous = "";
    for (let count = 1; count <= this.entries.size; count++) {
      const number = String(count).padStart(12, "0");
      const entry = this.entries.get(number);
      this.check("the trail has no gap", entry !== undefined, { number });
      if (entry === undefined) return;
      this.check("each entry of the trail follows the one before", (entry.previous ?? "") === previous, { number });
      this.check("an entry's hash is of what it says", hashOf(entry) === entry.hash, { number });
      previous = String(entry.hash);
    }
    const archived = new Map(
      [...objects.values()].flatMap((text) =>
        text
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => {
            const { number, hash } = JSON.parse(line) as Row;
            return [String(number), hash] as const;
          }),
      ),
    );
    for (const [number, { hash }] of this.entries)
      this.check("each entry of the trail is in the archive", archived.get(number) === hash, { number });
  }
}

/** Columns in alphabetical order. */
function hashOf(entry: Row): string {
  const lasting = Object.entries(entry)
    .filter(([name]) => !unhashed.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify(Object.fromEntries(lasting)))
    .digest("hex");
}

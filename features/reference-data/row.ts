import { eachHash, type PersonHashes } from "../../engine/sign-up/person";
import { endOfRow } from "../../engine/sign-up/row-end";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../engine/table-keys";
import { codes } from "./code";
import { canBeListed, isMixedCase, spelledText } from "./spelling";

// Reads a row as the rule for permitted values does, apart from the policy's options.

/** Spelling without options. */
const usual = { case: "ignore", spaces: "collapse" } as const;

export interface ValueProblems {
  /** Found by those alone who type it just so, unless the rule says that case counts. */
  readonly mixedCase: boolean;
  /** Spaces around it or several in a row: found only if the rule leaves spaces as they are. */
  readonly spaces: boolean;
  /** Too long, or with control characters in it. */
  readonly neverFound: boolean;
  readonly badExpiry: boolean;
  readonly expired: boolean;
}

export function valueProblems(row: Row, now: Date): ValueProblems {
  const text = String(row.value);
  const end = endOfRow(row);
  return {
    mixedCase: isMixedCase(text),
    spaces: spelledText(text, usual) !== text.normalize("NFC"),
    neverFound: !canBeListed(text) || text !== text.normalize("NFC"),
    badExpiry: end === undefined,
    expired: end !== undefined && end <= now.getTime(),
  };
}

/** A value as it is kept: spaces evened out, otherwise as typed. Undefined for what no rule finds. */
export function readValue(typedText: string): string | undefined {
  const value = spelledText(typedText, usual);
  return value !== undefined && canBeListed(value) && canBeKey(value, MAX_SORT_KEY_BYTES) ? value : undefined;
}

/** A list's name in stored form; undefined if it is invalid. */
export function readListName(typedText: string): string | undefined {
  const list = typedText.trim();
  return canBeListed(list) && canBeKey(list) ? list : undefined;
}

/** The possible ids of the ledger for a value's uses: only the policy says whether case counts. */
export function ledgerIds(list: string, value: string, hashes: PersonHashes): readonly string[] {
  const text = spelledText(value, { spaces: "exact" }) ?? "";
  const ids = (["exact", "ignore"] as const).flatMap((rule) =>
    eachHash(hashes)
      .flatMap((hashOf) => codes({ list, maxUses: 1, case: rule }).needs(text, hashOf))
      .map(({ key }) => String(key.id)),
  );
  return [...new Set(ids)];
}

/** People who have used the code of a ledger row. */
export function usesIn(row: Row | undefined): number {
  return Array.isArray(row?.people) ? row.people.length : 0;
}

/** Reads rows by their keys. */
interface RowReader {
  read(keys: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
}

/** People who have used each value of a list, by its text; unused values are left out. */
export async function usesByValue(
  list: string,
  values: readonly string[],
  hashes: PersonHashes,
  rows: RowReader,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(values.flatMap((value) => ledgerIds(list, value, hashes)))].filter((id) => canBeKey(id));
  const rowsById = await rows.read(ids.map((id) => ({ table: "ledger", key: { id } })));
  const byId = new Map([...rowsById.values()].map((row) => [String(row.id), usesIn(row)]));
  return new Map(
    values.flatMap((value) => {
      const uses = ledgerIds(list, value, hashes).flatMap((id) => byId.get(id) ?? [])[0];
      return uses === undefined ? [] : [[value, uses] as const];
    }),
  );
}

import type { LocalItem } from "./tables";

export interface WriteStatement {
  readonly kind: "insert" | "update" | "delete";
  readonly table: string;
  /** The item of an INSERT, or the columns that an UPDATE sets. */
  readonly set: LocalItem;
  readonly remove: readonly string[];
  /** Values that the item must already have, its key included. */
  readonly equal: LocalItem;
  readonly missing: readonly string[];
}

type Value = LocalItem[string];

export interface StatementInput {
  readonly Statement?: string;
  readonly Parameters?: readonly Value[];
}

const cell = String.raw`\s*'[^']*'\s*:\s*\?\s*`;
const setting = String.raw`\s+(?:SET\s+"[^"]*"\s*=\s*\?|REMOVE\s+"[^"]*")`;
const term = String.raw`"[^"]*"\s*(?:=\s*\?|\s+IS\s+MISSING)`;
const insertion = new RegExp(String.raw`^\s*INSERT\s+INTO\s+"([^"]*)"\s+VALUE\s*\{(${cell}(?:,${cell})*)\}\s*$`, "i");
const change = new RegExp(
  String.raw`^\s*(UPDATE|DELETE\s+FROM)\s+"([^"]*)"((?:${setting})*)\s+WHERE\s+(${term}(?:\s+AND\s+${term})*)\s*$`,
  "i",
);

/** Parses the PartiQL that Gatehouse writes. Throws for any other statement, although DynamoDB supports more. */
export function readStatement({ Statement: text = "", Parameters = [] }: StatementInput): WriteStatement {
  const values = Parameters.values();
  const bound = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, values.next().value as Value]));
  const [, into, cells] = insertion.exec(text) ?? [];
  const [, verb = "", from, settings = "", where] = change.exec(text) ?? [];
  const count = text.replace(/"[^"]*"|'[^']*'/g, "").split("?").length - 1;
  if (count !== Parameters.length) throw new Error("Number of parameters in request and statement don't match.");
  if (into !== undefined && cells !== undefined) {
    return { kind: "insert", table: into, set: bound(namesIn(cells, /'([^']*)'/g)), remove: [], equal: {}, missing: [] };
  }
  const kind = /^update$/i.test(verb) ? "update" : "delete";
  if (from === undefined || where === undefined || (kind === "delete" && settings !== "")) {
    throw new Error("Statement wasn't well formed, can't be processed.");
  }
  return {
    kind,
    table: from,
    set: bound(namesIn(settings, /SET\s+"([^"]*)"/gi)),
    remove: namesIn(settings, /REMOVE\s+"([^"]*)"/gi),
    equal: bound(namesIn(where, /"([^"]*)"\s*=/g)),
    missing: namesIn(where, /"([^"]*)"\s+IS/gi),
  };
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

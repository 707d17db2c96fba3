import { type Item, toRow } from "../../adapters/tables/item";
import { parseJson } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import type { TableName } from "../../engine/sign-up/verdict";
import type { RequestBody } from "../../simulator/client/visit";
import type { RecordedCall } from "../aws/functions/recorded-calls";
import type { RecordedAnswer } from "../cases/format";
import { buildRowId } from "../cases/rows";
import { isTokenRequest } from "../stand-ins/outside-system";

/** The part of a function's calls that a later run needs. */
export interface Recorded {
  /** The rows that the function read, by `recordId`; null for a missing one. */
  readonly seen: readonly (readonly [id: string, row: Row | null])[];
  /** Answers of outside systems, in the order of the calls. */
  readonly answers: readonly RecordedAnswer[];
}

export interface AskedCall extends Recorded {
  readonly step: Step;
  /** The gate; undefined for the default one. */
  readonly gate: string | undefined;
  /** The time of the call, in ISO 8601. */
  readonly now: string;
  readonly body: RequestBody;
}

/** @param names the deployed name of each table */
export function readRecordedCalls(calls: readonly RecordedCall[], names: Readonly<Record<TableName, string>>): Recorded {
  const tableOf = new Map(Object.entries(names).map(([table, name]) => [name, table as TableName]));
  const seenRows = new Map<string, Row | null>();
  for (const { target, body, answer } of calls) {
    if (target?.endsWith(".BatchGetItem") !== true || answer === undefined) continue;
    for (const [id, row] of rowsIn(body, answer, tableOf)) if (!seenRows.has(id)) seenRows.set(id, row);
  }
  const outside = calls.filter((call) => isOutside(call) && !isTokenRequest(call.method, call.body));
  return { seen: [...seenRows], answers: outside.map(toRecordedAnswer) };
}

interface BatchAnswer {
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: object;
}

/** If some keys were not processed, leaves out all keys without a row. */
function rowsIn(body: string, answer: string, tableOf: ReadonlyMap<string, TableName>): readonly (readonly [string, Row | null])[] {
  try {
    const { RequestItems } = JSON.parse(body) as { readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Item[] }>> };
    const { Responses, UnprocessedKeys = {} } = JSON.parse(answer) as BatchAnswer;
    if (Responses === undefined) return [];
    const isWhole = Object.keys(UnprocessedKeys).length === 0;
    return Object.entries(RequestItems).flatMap(([name, { Keys }]) => {
      const table = tableOf.get(name);
      if (table === undefined) return [];
      const rowsById = new Map((Responses[name] ?? []).map(toRow).map((row) => [buildRowId(table, row), row]));
      return Keys.map((key) => buildRowId(table, toRow(key))).flatMap((id) => {
        const row = rowsById.get(id);
        return row === undefined && !isWhole ? [] : [[id, row ?? null] as const];
      });
    });
  } catch {
    return [];
  }
}

function toRecordedAnswer({ failure, status, contentType = "", answer = "" }: RecordedCall): RecordedAnswer {
  if (failure === "ECONNREFUSED") return "refused";
  if (failure !== undefined || status === undefined) return "timeout";
  const json = parseJson(answer);
  // Other bodies than an object or a list stay texts, because a case sends a text unchanged.
  const body = typeof json === "object" && json !== null ? json : answer;
  const isUsual = contentType.startsWith(answer.trimStart().startsWith("<") ? "application/xml" : "application/json");
  return {
    ...(status !== 200 && { status }),
    ...(answer !== "" && { body }),
    ...(!isUsual && contentType !== "" && { headers: { "content-type": contentType } }),
  } as RecordedAnswer;
}

/** True if the call does not go to AWS. A call to AWS has a `target`, or the path by which a function is invoked. */
export function isOutside({ target, url }: Pick<RecordedCall, "target" | "url">): boolean {
  return target === undefined && !new URL(url).pathname.startsWith("/2015-03-31/functions/");
}

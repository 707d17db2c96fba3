import type { RecordedCall } from "../aws/functions/recorded-calls";

/** What a function's call was for. */
export type CallKind = "secrets" | "read" | "write" | "record" | "outside" | "own";

const reads = new Set(["BatchGetItem", "GetItem", "Query", "TransactGetItems"]);

/** @param recordsTable the deployed name of the table of decisions */
export function kindOfCall({ target, url, body }: Pick<RecordedCall, "target" | "url" | "body">, recordsTable: string): CallKind {
  const [service = "", operation = ""] = target?.split(".") ?? [];
  if (service.startsWith("secretsmanager")) return "secrets";
  if (service.startsWith("DynamoDB")) {
    if (reads.has(operation)) return "read";
    return body.includes(JSON.stringify(recordsTable)) ? "record" : "write";
  }
  // Another function's invocation.
  return target !== undefined || new URL(url).pathname.startsWith("/2015-03-31/functions/") ? "own" : "outside";
}

export const formats = ["csv", "jsonl"] as const;
export type Format = (typeof formats)[number];

/** The format that a file's name tells. */
export function formatOf(path: string): Format {
  return /\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : "csv";
}

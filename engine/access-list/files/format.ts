export const formats = ["csv", "jsonl"] as const;
export type ListFormat = (typeof formats)[number];

/** The format that a file's name tells. */
export function formatOf(path: string): ListFormat {
  return /\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : "csv";
}

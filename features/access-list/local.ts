import { createReadStream } from "node:fs";
import { FileError } from "../../engine/files/file-problem";
import { detectFormat } from "../../engine/files/format";
import { type CsvTable, type SampleRow, SamplesError } from "../../local/data/csv-table";
import type { LocalPart } from "../../local/local-part";
import { findTypedProblem } from "./entry";
import { type ListLine, readList } from "./files/read";
import type { FileRow } from "./files/row";
import { describeProblem, describeProblems } from "./problem-texts";
import { addIndexes } from "./store/list-indexes";

const csvTable: CsvTable = {
  name: "access-list",
  table: "accessList",
  async read(file) {
    const seenEntries = new Set<unknown>();
    const rows: SampleRow[] = [];
    for await (const block of readLines(file)) {
      for (const { line, cells, read } of block) {
        const problem = read.ok
          ? seenEntries.has(cells.entry)
            ? "the entry is there twice"
            : newRowProblem(read.row)
          : describeProblems(read.problems);
        if (problem) throw new SamplesError(`${file}:${line}: ${problem}`);
        seenEntries.add(cells.entry);
        rows.push(cells as SampleRow);
      }
    }
    return rows;
  },
  stored: addIndexes,
};

export const local = { csvTable } satisfies LocalPart;

function newRowProblem({ entry }: FileRow): string | undefined {
  const problem = findTypedProblem(entry);
  return problem && describeProblem(problem);
}

async function* readLines(file: string): AsyncGenerator<readonly ListLine[]> {
  try {
    yield* readList(createReadStream(file, "utf8"), detectFormat(file));
  } catch (error) {
    if (error instanceof FileError) throw new SamplesError(`${file}:${error.line}: ${describeProblem(error.problem)}`, { cause: error });
    throw new SamplesError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

import type { ChangedLine } from "./answers";

export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [one, other] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  const common = commonLengths(one, other);
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  const lines: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const [left, right] = [one[i], other[j]];
    if (left !== undefined && left === right) {
      lines.push({ sign: " ", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: left });
      i += 1;
    } else {
      lines.push({ sign: "+", text: right as string });
      j += 1;
    }
  }
  return lines;
}

/** [i][j] is the length of the longest common subsequence of `one` from line i on and `other` from line j on. */
function commonLengths(one: readonly string[], other: readonly string[]): readonly (readonly number[])[] {
  const lengths = [...one, ""].map(() => [...other, ""].map(() => 0));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--) {
      const row = lengths[i] as number[];
      row[j] = one[i] === other[j] ? (lengths[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  return lengths;
}

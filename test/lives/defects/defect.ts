import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A mistake that somebody could make in a file of the product, and that the types do not show. */
export interface Defect {
  /** Kebab-case. */
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  /** What no longer holds. */
  readonly breaks: string;
  /** The text of the file that is replaced. It is there once. */
  readonly was: string;
  readonly is: string;
}

/** The file's text with the mistake in it. Throws where the file no longer holds the text exactly once. */
export function defective(root: string, { name, file, was, is }: Defect): string {
  const text = readFileSync(join(root, file), "utf8");
  const count = text.split(was).length - 1;
  if (count !== 1) throw new Error(`The defect ${name} does not apply: ${file} holds its text ${count} times.`);
  return text.replace(was, () => is);
}

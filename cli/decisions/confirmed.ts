import { createInterface } from "node:readline/promises";
import { CommandError } from "../failure";

/** Asks at the terminal; throws unless the answer is yes, and where there is nobody to ask. */
export async function confirmed(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError("Nobody is there to ask, so nothing was changed: add --yes.");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was changed.");
  } finally {
    lines.close();
  }
}

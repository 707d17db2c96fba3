import type { Row } from "../../engine/sign-up/rule";

// Records of decisions, read without the product's code: each answer is recorded as it was given.

type Check = (promise: string, isKept: boolean, about: object) => void;

/** A line of the log. */
interface Line {
  readonly message: string;
  readonly facts?: object | undefined;
}

export class Records {
  /** What each record says, by its reference. */
  private readonly verdicts = new Map<string, unknown>();

  constructor(private readonly check: Check) {}

  rowWritten({ reference, verdict }: Row): void {
    if (verdict !== undefined) this.verdicts.set(String(reference), verdict);
  }

  /** A call was answered. @param lines the log @param from its first line since the call came: others may have lost a record before @param isAlone whether nothing failed, and nobody else called meanwhile */
  answered(lines: readonly Line[], from: number, isAlone: boolean): void {
    const lost = lines
      .filter(({ message }) => message === "record lost")
      .map(({ facts }) => (facts as { readonly record: Row }).record.reference);
    for (const { message, facts } of lines.slice(from)) {
      if (message !== "decided") continue;
      const { reference, verdict } = facts as Row;
      if (lost.includes(reference)) continue;
      const recorded = this.verdicts.get(String(reference));
      const about = { reference, verdict, recorded };
      this.check("each answer is recorded, or the log says that it is not", recorded !== undefined, about);
      this.check("the record says what was answered", recorded === verdict || !isAlone, about);
    }
  }
}

import type { EntryFlaw } from "./entry-flaws";
import { concernWords } from "./entry-words";
import { describeRowProblems, type RowWords } from "./problem-texts";

const unknownGates = {
  en: (names: string, known: string) => `names a gate that does not exist here: ${names}. Gates: ${known}`,
  ko: (names: string, known: string) => `여기에 없는 게이트: ${names}. 게이트: ${known}`,
} as const;

/** Describes what an operator has to know about a stored entry. @param gates the deployment's */
export function describeFlaw(flaw: EntryFlaw, gates: readonly string[], words: RowWords = {}): string {
  const { language = "en" } = words;
  const concerns = concernWords[language];
  switch (flaw.code) {
    case "unreadable":
      return flaw.stored ?? describeRowProblems(flaw.problems, words);
    case "unknownGate":
      return unknownGates[language](flaw.gates.join(", "), gates.join(", "));
    case "asksNobody":
      return concerns.asksNobody(gates.length === 1 ? "" : flaw.gates.join(", "));
    case "looksLike":
      return concerns.looksLike(flaw.domain);
    case "tooOpen":
      return concerns[flaw.concern.code](flaw.concern.about);
  }
}

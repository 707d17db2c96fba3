import { type Assumption, assumptions } from "../cli/first-contact/assumptions";
import { markdownList } from "./markdown-table";

/** What only a real account or tenant confirms, for docs/assumptions.md: a list for each way to try it. */
export function assumptionsTables(): string {
  return [
    `### Tried by \`probe\`\n\n${reliedOn((tried) => tried === "probe")}`,
    `### Tried by \`probe --record\`\n\n${listOf((tried) => tried === "recording")}`,
    `### Tried by another command, or by hand\n\n${listOf((tried) => typeof tried !== "string")}`,
  ].join("\n\n");
}

/** What the command tries by itself: it says what follows if one does not hold. */
function reliedOn(isTriedSo: (tried: Assumption["tried"]) => boolean): string {
  return markdownList(triedSo(isTriedSo).map(({ id, relied }) => [id, plain(relied)]));
}

function listOf(isTriedSo: (tried: Assumption["tried"]) => boolean): string {
  return markdownList(
    triedSo(isTriedSo).map(({ id, relied, otherwise }) => [id, plain(`${relied}. Otherwise: ${lowerFirst(otherwise)}.`)]),
  );
}

function triedSo(isTriedSo: (tried: Assumption["tried"]) => boolean): readonly Assumption[] {
  return assumptions.filter(({ tried }) => isTriedSo(tried));
}

/** A bracket would begin a tag. */
function plain(text: string): string {
  return text.replace(/</g, "&lt;");
}

/** Leaves names such as DNS, UPDATE and Entra alone. */
function lowerFirst(text: string): string {
  const [first = ""] = text.split(" ");
  const isName = /^[A-Z].*[A-Z]|^(Entra|Gatehouse|Lambda|PartiQL|Azure|CloudWatch|English)\b/.test(first);
  return isName ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

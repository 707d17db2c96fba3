import type { NoteRules, NoteTemplate } from "../../console/pages/approvals/note-rules";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { SetupError } from "../setup-error";

export interface NoteOptions {
  /**
   * Reasons that approvers choose from; the one chosen is kept as the note of their decision. At most 20, of 200 characters each.
   * @default a few of Gatehouse's own, in English and Korean
   */
  readonly noteTemplates?: readonly NoteTemplate[];
  /**
   * Which decisions on requests take no empty note in the console: denials, or all.
   * @default none
   */
  readonly requireNote?: "deny" | "always";
}

const MAX_TEMPLATES = 20;
/** In characters. */
const MAX_TEXT = 200;

/** What the console's function is built with. Throws SetupError for what cannot be meant. @param gates every gate's name */
export function noteRules({ noteTemplates, requireNote }: NoteOptions, gates: readonly string[]): NoteRules {
  if (requireNote !== undefined && !["deny", "always"].includes(requireNote)) {
    throw new SetupError(`console.requireNote is ${JSON.stringify(requireNote)}; it must be "deny" or "always".`);
  }
  if (noteTemplates === undefined) return { ...(requireNote && { required: requireNote }) };
  if (!Array.isArray(noteTemplates)) throw new SetupError("console.noteTemplates must be a list.");
  if (noteTemplates.length > MAX_TEMPLATES) {
    throw new SetupError(`console.noteTemplates has ${noteTemplates.length} reasons; at most ${MAX_TEMPLATES} can be chosen from.`);
  }
  for (const [index, template] of noteTemplates.entries()) {
    const flaw = flawOf(template, gates);
    if (flaw !== undefined) throw new SetupError(`console.noteTemplates: ${flaw} (number ${index + 1}).`);
  }
  return { templates: noteTemplates, ...(requireNote && { required: requireNote }) };
}

function flawOf({ text, verb, gate = DEFAULT_GATE, ...others }: NoteTemplate, gates: readonly string[]): string | undefined {
  const texts: readonly unknown[] =
    typeof text === "object" && text !== null ? [text.en, ...(text.ko === undefined ? [] : [text.ko])] : [text];
  const [unknown] = Object.keys(others);
  if (texts.some((each) => typeof each !== "string" || each.trim() === "")) return "a text is missing or empty";
  if (texts.some((each) => String(each).length > MAX_TEXT)) return `a text is longer than ${MAX_TEXT} characters`;
  if (verb !== undefined && verb !== "approve" && verb !== "deny")
    return `the verb is ${JSON.stringify(verb)}; it must be "approve" or "deny"`;
  if (!gates.includes(gate)) return `there is no gate ${JSON.stringify(gate)}`;
  return unknown === undefined ? undefined : `there is no ${JSON.stringify(unknown)}: a reason has text, verb and gate`;
}

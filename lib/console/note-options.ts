import type { NoteRules, NoteTemplate } from "../../engine/approvals/note-rules";
import { choiceOf, filled, oneOf, optional } from "../../engine/schema";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { listLike, optionSchema, textFitting } from "../options";
import { SetupError } from "../setup-error";

export interface NoteOptions {
  /**
   * Reasons that approvers can choose; the chosen one becomes the note of their decision. At most 20, of 200 characters each.
   * @default a few of Gatehouse's own, in English and Korean
   */
  readonly noteTemplates?: readonly NoteTemplate[];
  /**
   * For which decisions the console requires a note: denials, or all.
   * @default none
   */
  readonly requireNote?: "deny" | "always";
}

const MAX_TEMPLATES = 20;
/** In characters. */
const MAX_TEXT = 200;

const text = textFitting(`a text of 1 to ${MAX_TEXT} characters`, (written) => written.trim() !== "" && written.length <= MAX_TEXT);

const template = optionSchema<NoteTemplate>({
  text: choiceOf([text, optionSchema<{ readonly en: string; readonly ko?: string }>({ en: text, ko: optional(text) })], ""),
  verb: optional(oneOf(["approve", "deny"], "")),
  gate: optional(filled("")),
});

export const noteChecks = {
  noteTemplates: optional(
    listLike(template, `a list of at most ${MAX_TEMPLATES} reasons to choose from`, ({ length }) => length <= MAX_TEMPLATES),
  ),
  requireNote: optional(oneOf(["deny", "always"], "")),
};

/** What the console's function is built with. Throws SetupError for a gate that there is not. @param gates every gate's name */
export function noteRules({ noteTemplates, requireNote }: NoteOptions, gates: readonly string[]): NoteRules {
  const elsewhere = noteTemplates?.find(({ gate = DEFAULT_GATE }) => !gates.includes(gate));
  if (elsewhere !== undefined) {
    throw new SetupError(`console.noteTemplates: there is no gate ${JSON.stringify(elsewhere.gate)}; there are ${gates.join(", ")}.`);
  }
  return { ...(noteTemplates && { templates: noteTemplates }), ...(requireNote && { required: requireNote }) };
}

import type { NoteTemplate } from "../../../engine/approvals/note-rules";
import type { Verb } from "../../../engine/approvals/verbs";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import type { Visit } from "../../app/visit";
import { described, FieldNotes, tooLong } from "../../parts/forms";
import { gateName } from "../../parts/gates";
import { visible } from "../../parts/value";
import { approvalsTexts as t } from "./approvals-texts";
import { queueTexts as q } from "./queue-texts";

/** What is wrong with the note of a decision: missing where it is asked for, or too long. */
export function noteProblem(visit: Visit, { verb, note }: { readonly verb: Verb; readonly note: string }): string | undefined {
  return note === "" && needsNote(visit, verb) ? q.noteNeeded : tooLong(visit, note);
}

export function needsNote({ world }: Visit, verb: Verb): boolean {
  const required = world.notes?.required;
  return required === "always" || required === verb;
}

/** The note of the form that was sent: the reason chosen, and what was typed. */
export function noteSent(visit: Visit): string {
  const typed = visit.field("note").replaceAll("\r\n", "\n").trim();
  return [visit.field("reason").trim(), typed].filter((text) => text !== "").join("\n");
}

interface NoteFieldsProps {
  readonly visit: Visit;
  readonly verbs: readonly Verb[];
  readonly note?: string;
  /** Of the request, or of the requests that are shown. @default every gate's reasons */
  readonly gate?: string | undefined;
  /** What is wrong with the note that was sent. */
  readonly problem?: string | undefined;
}

/** Reasons to choose from, and the note. */
export function NoteFields({ visit, verbs, note = "", gate, problem }: NoteFieldsProps) {
  const groups = (["approve", "deny"] as const)
    .filter((verb) => verbs.includes(verb))
    .map((verb) => ({ verb, reasons: reasonsFor(visit, verb, gate) }))
    .filter(({ reasons }) => reasons.length > 0);
  return (
    <div class="fields">
      {groups.length === 0 ? null : (
        <div>
          <label for="reason">{q.reason}</label>
          <select id="reason" name="reason">
            <option value="">{q.noReason}</option>
            {groups.map(({ verb, reasons }) => (
              <optgroup label={t.verbs[verb]}>
                {reasons.map(({ text, at }) => (
                  <option value={text}>{at === undefined ? visible(text) : `${visible(text)} (${gateName(at)})`}</option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
      )}
      <div>
        <label for="note">{t.note}</label>
        <textarea id="note" name="note" rows={2} maxlength={MAX_TEXT_LENGTH} {...described("note", t.noteHint, problem)}>
          {note}
        </textarea>
        <FieldNotes id="note" hint={t.noteHint} problem={problem} />
      </div>
    </div>
  );
}

interface Reason {
  readonly text: string;
  /** The gate that it is for, where the page shows several. */
  readonly at?: string;
}

function reasonsFor(visit: Visit, verb: "approve" | "deny", shown: string | undefined): readonly Reason[] {
  const templates: readonly NoteTemplate[] = visit.world.notes?.templates ?? q.reasons;
  return templates
    .filter((template) => (template.verb ?? verb) === verb && (shown === undefined || (template.gate ?? shown) === shown))
    .map(({ text, gate }) => ({
      text: typeof text === "string" ? text : (text[visit.language] ?? text.en),
      ...(gate !== undefined && shown === undefined && { at: gate }),
    }));
}

/** The gate whose reasons a request takes. */
export function gateOf({ gate = DEFAULT_GATE }: { readonly gate?: string }): string {
  return gate;
}

/** Under which the browser keeps what somebody ticked and typed, until it is sent: another operator does not find it. */
function draftName({ session }: Visit, of: string): string {
  return `${session.subject}/${of}`;
}

/** What a form that decides says to the script. */
export function formData(visit: Visit, verbs: readonly Verb[], draft: string) {
  return {
    "data-keys": "",
    "data-draft": draftName(visit, draft),
    "data-note-needed": verbs.filter((verb) => needsNote(visit, verb)).join(" "),
  };
}

/** What was sent of what is kept under a name is done with. */
export function DraftDone({ visit, of }: { readonly visit: Visit; readonly of: string }) {
  return <span hidden data-draft-done={draftName(visit, of)} />;
}

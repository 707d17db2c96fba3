import type { Visit } from "../../../console/app/visit";
import { described, FieldNotes } from "../../../console/parts/forms";
import { frameTexts } from "../../../console/texts/frame-texts";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { approvalsTexts as t } from "./approvals-texts";

export function noteSent(visit: Visit): string {
  return visit.field("note").replaceAll("\r\n", "\n").trim();
}

export function NoteField({ note = "", problem }: { readonly note?: string | undefined; readonly problem?: string | undefined }) {
  return (
    <div class="fields">
      <div>
        <label for="note">{frameTexts.note}</label>
        <textarea id="note" name="note" rows={2} maxlength={MAX_TEXT_LENGTH} {...described("note", t.noteHint, problem)}>
          {note}
        </textarea>
        <FieldNotes id="note" hint={t.noteHint} problem={problem} />
      </div>
    </div>
  );
}

/** Under which the browser keeps what somebody ticked and typed, until it is sent: another operator does not find it. */
function draftName({ session }: Visit, of: string): string {
  return `${session.subject}/${of}`;
}

/** What a form that decides says to the script. */
export function formData(visit: Visit, draft: string) {
  return { "data-keys": "", "data-draft": draftName(visit, draft) };
}

/** What was sent of what is kept under a name is done with. */
export function DraftDone({ visit, of }: { readonly visit: Visit; readonly of: string }) {
  return <span hidden data-draft-done={draftName(visit, of)} />;
}

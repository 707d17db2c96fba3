import type { Visit } from "../../app/visit";
import { ExpiryInput } from "../../editor/expiry-input";
import { NoteInput } from "../../editor/note-input";
import { Alert } from "../../parts/alert";
import { referenceDataTexts } from "./reference-data-texts";
import type { ValueProblems } from "./reference-row";

/** Values that one form may add. */
export const MAX_LINES = 500;

export function listPath(list: string): string {
  return `/reference-data/list?list=${encodeURIComponent(list)}`;
}

export function valuePath(list: string, value: string): string {
  return `/reference-data/value?list=${encodeURIComponent(list)}&value=${encodeURIComponent(value)}`;
}

export function ProblemList({ visit, problems }: { readonly visit: Visit; readonly problems: ValueProblems }) {
  const t = visit.say(referenceDataTexts);
  const named = (["neverFound", "mixedCase", "spaces", "badExpiry"] as const).filter((name) => problems[name]);
  return (
    <>
      {problems.expired ? <span class="tag warn">{t.expired}</span> : null} {named.map((name) => t[name]).join("; ")}
    </>
  );
}

/** What a form for new values holds, as typed. */
export interface TypedValues {
  readonly list: string;
  readonly lines: string;
  readonly note: string;
  readonly expiresAt: string;
}

/** @param typed its list is given, or typed too where it is empty */
export function AddForm({ visit, typed, given }: { readonly visit: Visit; readonly typed: TypedValues; readonly given: boolean }) {
  const t = visit.say(referenceDataTexts);
  return (
    <form class="card" method="post" action="/reference-data/add">
      <h2>{t.add}</h2>
      {visit.formToken}
      {given ? (
        <input type="hidden" name="list" value={typed.list} />
      ) : (
        <p>
          <label for="add-list">{t.list}</label>
          <input
            id="add-list"
            name="list"
            value={typed.list}
            required
            aria-describedby="add-list-hint"
            autocomplete="off"
            spellcheck={false}
          />
          <small id="add-list-hint">{t.listHint}</small>
        </p>
      )}
      <p>
        <label for="lines">{t.lines}</label>
        <textarea id="lines" name="lines" required aria-describedby="lines-hint" spellcheck={false}>
          {`\n${typed.lines}`}
        </textarea>
        <small id="lines-hint">{t.addHint(MAX_LINES.toLocaleString("en"))}</small>
      </p>
      <NoteAndExpiry visit={visit} typed={typed} name="add" />
      <button type="submit">{t.addButton}</button>
    </form>
  );
}

interface NoteAndExpiryProps {
  readonly visit: Visit;
  readonly typed: Pick<TypedValues, "note" | "expiresAt">;
  readonly name: string;
}

export function NoteAndExpiry({ visit, typed, name }: NoteAndExpiryProps) {
  const t = visit.say(referenceDataTexts);
  return (
    <div class="fields">
      <div>
        <label for={`${name}-note`}>{t.note}</label>
        <NoteInput id={`${name}-note`} text={typed.note} />
      </div>
      <ExpiryInput name={name} value={typed.expiresAt} texts={t} />
    </div>
  );
}

export function Refusal({ visit, problems }: { readonly visit: Visit; readonly problems: readonly string[] }) {
  return (
    <Alert>
      <p>{visit.say(referenceDataTexts).cannotSave}</p>
      <ul>
        {problems.map((problem) => (
          <li>{problem}</li>
        ))}
      </ul>
    </Alert>
  );
}

export function BackLink({ path, text }: { readonly path: string; readonly text: string }) {
  return (
    <p>
      <a href={path}>{text}</a>
    </p>
  );
}

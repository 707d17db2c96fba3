import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { Language } from "../../engine/messages/index";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { DocumentHead } from "../parts/document-head";
import { MARK } from "../parts/icon";
import { decideTexts } from "./decide-texts";

export interface DecideFrameProps {
  readonly language: Language;
  readonly title: string;
  /** What was wrong with the form. */
  readonly problem?: string | undefined;
  readonly children?: Child;
}

/** Neither script nor a way on but the console's: nothing takes the address of the page elsewhere. */
export function DecideFrame({ language, title, problem, children }: DecideFrameProps) {
  return (
    <html lang={language}>
      <DocumentHead title={title} />
      <body>
        <header>
          <span class="brand">
            {raw(MARK)}
            <span>Gatehouse</span>
          </span>
        </header>
        <main id="content" class="narrow">
          <h1>{title}</h1>
          {problem === undefined ? null : (
            <p class="note bad" role="alert">
              {problem}
            </p>
          )}
          {children}
        </main>
      </body>
    </html>
  );
}

interface NoteFieldProps {
  readonly language: Language;
  readonly name: string;
  readonly label: string;
  /** As it was typed. */
  readonly note: string;
}

/** What the person who decides wants kept with it. */
export function NoteField({ language, name, label, note }: NoteFieldProps) {
  return (
    <>
      <label for="note">{label}</label>
      <textarea id="note" name={name} maxlength={MAX_TEXT_LENGTH} aria-describedby="note-hint">
        {note}
      </textarea>
      <small id="note-hint">{decideTexts[language].noteHint}</small>
    </>
  );
}

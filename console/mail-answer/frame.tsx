import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { Language } from "../../engine/messages/index";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { DocumentHead } from "../parts/document-head";
import { HiddenFields } from "../parts/forms";
import { MARK } from "../parts/icon";
import { mailAnswerTexts } from "./mail-answer-texts";

interface MailAnswerFrameProps {
  readonly language: Language;
  readonly title: string;
  /** What was wrong with the form. */
  readonly problem?: string | undefined;
  readonly children?: Child;
}

/** Neither script nor a way on but the console's: nothing takes the address of the page elsewhere. */
export function MailAnswerFrame({ language, title, problem, children }: MailAnswerFrameProps) {
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

/** A few sentences, and the way to the console if there is one. */
export function SentencePage({
  language,
  title,
  sentences,
  consoleUrl,
}: Pick<MailAnswerFrameProps, "language" | "title"> & { readonly sentences: readonly string[]; readonly consoleUrl?: string | undefined }) {
  return (
    <MailAnswerFrame language={language} title={title}>
      {sentences.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {consoleUrl === undefined ? null : (
        <p>
          <a class="button" href={consoleUrl} rel="noreferrer">
            {mailAnswerTexts[language].console}
          </a>
        </p>
      )}
    </MailAnswerFrame>
  );
}

/** Names of a link's parameters, and of its form's fields. */
export type LinkFields = Readonly<Record<"id" | "secret" | "note" | "verb", string>>;

/** The form of such a page, as its link opens it or as it was sent. */
export interface ShownForm {
  /** Of what is answered about. */
  readonly id: string;
  readonly secret: string;
  /** What was wrong with the form. */
  readonly problem?: string;
  /** As it was typed. */
  readonly note?: string;
}

interface AnswerFormProps extends Pick<MailAnswerFrameProps, "language"> {
  readonly path: string;
  readonly fields: LinkFields;
  readonly form: ShownForm;
  /** As which address, and what follows. */
  readonly about: Child;
  readonly noteLabel: string;
  /** The buttons. */
  readonly children?: Child;
}

/** The form that answers, with a note that is kept with the answer. */
export function AnswerForm({ language, path, fields, form, about, noteLabel, children }: AnswerFormProps) {
  const { id, secret, note = "" } = form;
  return (
    <form method="post" action={path} class="card">
      <HiddenFields fields={{ [fields.id]: id, [fields.secret]: secret }} />
      {about}
      <label for="note">{noteLabel}</label>
      <textarea id="note" name={fields.note} maxlength={MAX_TEXT_LENGTH} aria-describedby="note-hint">
        {note}
      </textarea>
      <small id="note-hint">{mailAnswerTexts[language].noteHint}</small>
      <p class="actions">{children}</p>
    </form>
  );
}

import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { World } from "../../adapters/world";
import type { Language } from "../../engine/messages/index";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { DocumentHead } from "../parts/document-head";
import { ButtonLink, HiddenFields, SubmitButton, TextField } from "../parts/forms";
import { MARK } from "../parts/icon";
import { mailAnswerTexts } from "./mail-answer-texts";

/** A mail's link: opening it shows a form, and only the form changes something. */
export interface MailAnswer<Verb extends string = string> {
  readonly path: string;
  /** The parameter of the link, and the field of its form, that names what is answered about. */
  readonly parameter: string;
  readonly verbs: readonly Verb[];
  /** Undefined if no such mail is sent. */
  open(world: Pick<World, "settings" | "tables">): OpenMailAnswer<Verb> | undefined;
}

export interface OpenMailAnswer<Verb extends string = string> {
  /** The page of a link; undefined for a link without one. */
  page(form: ShownForm, reader: Reader): Promise<Child | undefined>;
  /** The result with its reference and text, or why nothing was done. */
  act(
    verb: Verb,
    answer: Pick<ShownForm, "id" | "secret"> & { readonly note?: string },
    reader: Reader,
  ): Promise<{ readonly why: string } | (Omit<SentencePageProps, "language"> & { readonly reference: string })>;
}

export interface Reader {
  readonly language: Language;
  readonly now: Date;
  /** The console's page of a request, if there is one; `{id}` becomes the request's id. */
  readonly consoleUrl: string | undefined;
}

export const SECRET_FIELD = "key";
export const NOTE_FIELD = "note";
export const VERB_FIELD = "answer";

/** The form of such a page, as its link opens it or as it was sent. */
export interface ShownForm {
  readonly id: string;
  readonly secret: string;
  readonly problem?: string;
  readonly note?: string;
}

interface FrameProps {
  readonly language: Language;
  readonly title: string;
  readonly problem?: string | undefined;
  readonly children?: Child;
}

/** Contains no script, and no link except to the console: nothing leaks the page's address. */
export function MailAnswerFrame({ language, title, problem, children }: FrameProps) {
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

interface SentencePageProps extends Pick<FrameProps, "language" | "title"> {
  readonly sentences: readonly string[];
  readonly consoleUrl?: string | undefined;
}

export function SentencePage({ language, title, sentences, consoleUrl }: SentencePageProps) {
  return (
    <MailAnswerFrame language={language} title={title}>
      {sentences.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {consoleUrl === undefined ? null : (
        <p>
          <ButtonLink path={consoleUrl} text={mailAnswerTexts[language].console} class="button" rel="noreferrer" />
        </p>
      )}
    </MailAnswerFrame>
  );
}

interface AnswerFormProps<Verb extends string> {
  readonly of: Pick<MailAnswer<Verb>, "path" | "parameter">;
  readonly language: Language;
  readonly form: ShownForm;
  /** The answering address, and the consequence. */
  readonly children: Child;
  /** Its buttons; undefined: not for this one. */
  readonly buttons: Readonly<Record<Verb, string | undefined>>;
  readonly danger: NoInfer<Verb>;
}

/** The form that answers, with a note that is kept with the answer. */
export function AnswerForm<Verb extends string>({ of, language, form, children, buttons, danger }: AnswerFormProps<Verb>) {
  const { id, secret, note = "" } = form;
  const t = mailAnswerTexts[language];
  return (
    <form method="post" action={of.path} class="card">
      <HiddenFields fields={{ [of.parameter]: id, [SECRET_FIELD]: secret }} />
      {children}
      <TextField id={NOTE_FIELD} label={t.note} value={note} maxlength={MAX_TEXT_LENGTH} hint={t.noteHint} />
      <p class="actions">
        {Object.entries<string | undefined>(buttons).map(([verb, text]) =>
          text === undefined ? null : (
            <SubmitButton text={text} name={VERB_FIELD} value={verb} class={verb === danger ? "danger" : undefined} />
          ),
        )}
      </p>
    </form>
  );
}

import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { World } from "../../adapters/world";
import type { Language } from "../../engine/messages/index";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { ButtonLink, HiddenFields, SubmitButton, TextField } from "../parts/forms";
import { MARK } from "../parts/icon";
import { DocumentHead } from "../parts/layout";
import { Facts } from "../parts/table";
import { visible } from "../parts/value";
import { mailAnswerTexts } from "./mail-answer-texts";

/** A link in a mail: opening it shows a form, and only the form changes something. */
export interface MailAnswer<Verb extends string = string> {
  readonly path: string;
  /** The name of the link's parameter, and of the form's field. Both hold the id of the matter to decide. */
  readonly parameter: string;
  readonly verbs: readonly Verb[];
  /** Undefined if no such mail is sent. */
  open(world: Pick<World, "settings" | "tables">): OpenMailAnswer<Verb> | undefined;
}

export interface OpenMailAnswer<Verb extends string = string> {
  /** Returns the question to which a link leads. Undefined if there is nothing to ask any more. */
  asked(form: ShownForm, reader: Reader): Promise<MailQuestion<Verb> | undefined>;
  /** Returns the result, or why nothing was done. If `isAskedAgain` is true, the page shows the question again, with the reason. */
  act(
    verb: Verb,
    answer: Pick<ShownForm, "id" | "secret" | "note" | "reply">,
    reader: Reader,
  ): Promise<
    { readonly why: string; readonly isAskedAgain?: true } | (Omit<SentencePageProps, "language"> & { readonly reference: string })
  >;
}

export interface MailQuestion<Verb extends string = string> {
  readonly title: string;
  /** A warning before the facts. @default nothing */
  readonly notes?: Child;
  readonly facts: readonly (readonly [label: string, value: string | undefined])[];
  /** A sentence that says who answers. */
  readonly as: string;
  /** The effect of the answers. */
  readonly then?: string | undefined;
  /** The buttons' texts; undefined for an answer that this question does not have. */
  readonly buttons: Readonly<Record<Verb, string | undefined>>;
  readonly danger: Verb;
  /** A field for a text to whom the matter is about. @default no field */
  readonly reply?: { readonly label: string; readonly hint: string } | undefined;
}

export interface Reader {
  readonly language: Language;
  readonly now: Date;
  /** The address of a request's page in the console, with `{id}` in place of the request's id. Undefined if there is no such page. */
  readonly consoleUrl: string | undefined;
}

export const SECRET_FIELD = "key";
export const NOTE_FIELD = "note";
export const REPLY_FIELD = "reply";
export const VERB_FIELD = "answer";

/** The values of the form behind a mail's link: from the link, if the form was opened, or from the form, if it was sent. */
export interface ShownForm {
  readonly id: string;
  readonly secret: string;
  readonly problem?: string;
  readonly note?: string;
  readonly reply?: string;
}

interface FrameProps {
  readonly language: Language;
  readonly title: string;
  readonly problem?: string | undefined;
  readonly children?: Child;
}

/** Contains no script, and no link except to the console, so that the page's address does not leak. */
function MailAnswerFrame({ language, title, problem, children }: FrameProps) {
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
            <div class="note bad" role="alert">
              <p>{problem}</p>
            </div>
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

interface QuestionPageProps {
  readonly of: Pick<MailAnswer, "path" | "parameter">;
  readonly language: Language;
  readonly form: ShownForm;
  readonly question: MailQuestion;
}

export function QuestionPage({ of, language, form, question }: QuestionPageProps) {
  const { id, secret, note = "", reply: replyTyped = "", problem } = form;
  const { title, notes, facts, as, then, buttons, danger, reply } = question;
  const t = mailAnswerTexts[language];
  return (
    <MailAnswerFrame language={language} title={title} problem={problem}>
      {notes}
      <Facts facts={facts.map(([label, value]) => [label, value && <bdi class="value">{visible(value)}</bdi>])} />
      <form method="post" action={of.path} class="card">
        <HiddenFields fields={{ [of.parameter]: id, [SECRET_FIELD]: secret }} />
        <p>{as}</p>
        {then === undefined ? null : <p class="hint">{then}</p>}
        <TextField id={NOTE_FIELD} label={t.note} value={note} maxlength={MAX_TEXT_LENGTH} hint={t.noteHint} />
        {reply === undefined ? null : <TextField id={REPLY_FIELD} {...reply} value={replyTyped} maxlength={MAX_TEXT_LENGTH} />}
        <p class="actions">
          {Object.entries(buttons).map(([verb, text]) =>
            text === undefined ? null : (
              <SubmitButton text={text} name={VERB_FIELD} value={verb} class={verb === danger ? "danger" : undefined} />
            ),
          )}
        </p>
      </form>
    </MailAnswerFrame>
  );
}

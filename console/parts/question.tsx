import type { Child, JSX } from "hono/jsx";
import type { PageOptions, Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { CancelLink, ConfirmQuestion } from "./back-link";
import {
  ErrorSummary,
  type FieldProblem,
  type FormProblem,
  findFieldProblem,
  InputField,
  isWordTyped,
  PostForm,
  type PostFormProps,
  SubmitButton,
  type SubmitButtonProps,
} from "./forms";
import { PageHead, type PageHeadProps } from "./page-head";
import { visible } from "./value";

/** A word that somebody types before a dangerous act. */
export interface AskedWord {
  /** The field's name and id. */
  readonly field: string;
  readonly word: string;
  /** @default "Type WORD to confirm" */
  readonly label?: string;
  /** The problem if another word was typed. */
  readonly mistyped?: string;
}

/** Empty if the word was typed, or if none is required. */
export function wordProblems(visit: Visit, askedWord: AskedWord | undefined): readonly FieldProblem[] {
  if (askedWord === undefined || isWordTyped(visit, askedWord.field, askedWord.word)) return [];
  return [{ field: askedWord.field, text: askedWord.mistyped ?? frameTexts.mistyped(visible(askedWord.word)) }];
}

interface Answer {
  readonly problems?: readonly FormProblem[];
  readonly word?: AskedWord | undefined;
  /** Undefined if nothing can be done. */
  readonly button: SubmitButtonProps | undefined;
  /** True if its buttons stay visible, however long the form is. */
  readonly isLong?: boolean;
}

interface QuestionFormProps extends PostFormProps, Answer {
  /** Other ways out, beside the button. */
  readonly others?: Child;
}

/** The form that answers a question: its fields, the word to type, the button. */
export function QuestionForm({ visit, problems = [], word, button, others, isLong = false, children, ...form }: QuestionFormProps) {
  const buttons = (
    <p class="actions">
      {button && <SubmitButton {...button} />}
      {others}
    </p>
  );
  return (
    <PostForm visit={visit} class="card" {...form}>
      {children}
      {word === undefined ? null : (
        <p>
          <InputField
            id={word.field}
            label={word.label ?? frameTexts.typeWord(visible(word.word))}
            problem={findFieldProblem(problems, word.field)}
            autocapitalize="off"
            required
          />
        </p>
      )}
      {isLong ? <fieldset class="bar">{buttons}</fieldset> : buttons}
    </PostForm>
  );
}

interface Question extends Pick<PostFormProps, "hidden">, Answer {
  readonly title: string;
  /** The path that the form is sent to. */
  readonly action: string;
  /** The form's other attributes. */
  readonly form?: Omit<JSX.IntrinsicElements["form"], "children">;
  /** The effect of the act. @default stated in the form */
  readonly effect?: Child;
  readonly fields?: Child;
  readonly below?: Child;
  /** The page that Cancel leads to. */
  readonly back: string;
  /** @default "Cancel" */
  readonly leave?: string | undefined;
  /** The list above the title. @default none */
  readonly of?: PageHeadProps["of"];
  /** @default 400 with problems */
  readonly status?: PageOptions["status"];
}

/** Asks before something is done. Scripts show the question where the pressed button was; elsewhere it is a page. */
export function askQuestion(visit: Visit, question: Question): Promise<Response> {
  const { title, effect, fields, below, back, leave, of, status, form, ...answer } = question;
  const { problems = [] } = answer;
  return visit.page(
    title,
    <ConfirmQuestion title={title}>
      <ErrorSummary title={frameTexts.notDone} problems={problems} />
      {effect}
      <QuestionForm visit={visit} {...form} {...answer} others={<CancelLink path={back} text={leave} />}>
        {fields}
      </QuestionForm>
      {below}
    </ConfirmQuestion>,
    { status: status ?? (problems.length === 0 ? 200 : 400), head: <PageHead title={title} of={of} /> },
  );
}

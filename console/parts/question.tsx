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
  readonly mistyped?: string;
}

export function wordProblems(visit: Visit, askedWord: AskedWord | undefined): readonly FieldProblem[] {
  if (askedWord === undefined || isWordTyped(visit, askedWord.field, askedWord.word)) return [];
  return [{ field: askedWord.field, text: askedWord.mistyped ?? frameTexts.mistyped(visible(askedWord.word)) }];
}

interface Answer {
  readonly problems?: readonly FormProblem[];
  readonly word?: AskedWord | undefined;
  /** The button that does the act. Undefined if the act is not possible. */
  readonly button: SubmitButtonProps | undefined;
  /** True if the form's buttons stay visible, however long the form is. */
  readonly isLong?: boolean;
}

interface QuestionFormProps extends PostFormProps, Answer {
  /** Links beside the button, for other ways to go on. */
  readonly others?: Child;
}

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
  readonly action: string;
  readonly form?: Omit<JSX.IntrinsicElements["form"], "children">;
  /** The effect of the act. @default none, because the form states it */
  readonly effect?: Child;
  readonly fields?: Child;
  readonly below?: Child;
  /** The page that Cancel leads to. */
  readonly back: string;
  /** @default "Cancel" */
  readonly leave?: string | undefined;
  /** A link to the list that the page belongs to, above the title. @default none */
  readonly of?: PageHeadProps["of"];
  /** @default 400 if there are problems */
  readonly status?: PageOptions["status"];
}

/** Scripts show the question in place of the pressed button. Without scripts, the question is a page. */
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

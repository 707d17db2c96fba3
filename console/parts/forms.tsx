import type { Child, JSX } from "hono/jsx";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import type { Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { visible } from "./value";

export type FormProblem = string | FieldProblem;

export interface FieldProblem {
  /** The name of the form's field: "expiresAt". */
  readonly field: string;
  readonly text: string;
}

interface ErrorSummaryProps {
  /** The heading of the problems. @default the heading for a search that was not run */
  readonly title?: string | undefined;
  readonly problems: readonly FormProblem[];
  /** Returns the id of a field in the form below. @default the field's name */
  readonly idOf?: ((field: string) => string) | undefined;
}

/** First on the page, with the focus. A problem of a single field links to that field. */
export function ErrorSummary({ title = frameTexts.searchAgain, problems, idOf = (field) => field }: ErrorSummaryProps) {
  if (problems.length === 0) return null;
  return (
    <div class="note bad" role="alert" tabindex={-1} autofocus>
      <p>{title}</p>
      <ul>
        {problems.map((problem) => (
          <li>{typeof problem === "string" ? visible(problem) : <a href={`#${idOf(problem.field)}`}>{visible(problem.text)}</a>}</li>
        ))}
      </ul>
    </div>
  );
}

export function tooLong({ language }: Visit, text: string): string | undefined {
  return text.length > MAX_TEXT_LENGTH ? frameTexts.tooLong(MAX_TEXT_LENGTH.toLocaleString(language)) : undefined;
}

export function readDays(visit: Visit, most: number): number | undefined {
  const days = /^\d{1,4}$/.test(visit.field("days").trim()) ? Number(visit.field("days")) : 0;
  return days >= 1 && days <= most ? days : undefined;
}

export function findFieldProblem(problems: readonly FormProblem[], field: string): string | undefined {
  const texts = problems.flatMap((problem) => (typeof problem !== "string" && problem.field === field ? [problem.text] : []));
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** Omits several problems that are all at one field: the field shows them, a line each. */
export function summariseProblems(problems: readonly FormProblem[]): readonly FormProblem[] {
  const [first] = problems;
  const isOneField =
    problems.length > 1 && typeof first === "object" && problems.every((each) => typeof each === "object" && each.field === first.field);
  return isOneField ? [] : problems;
}

/** The hidden field of a question's form. It says that the person has confirmed. */
export const SURE = { sure: "yes" } as const;

export function isSure(visit: Visit): boolean {
  return visit.field("sure") === SURE.sure;
}

/**
 * Returns the attributes of a field that has `FieldNotes` below it. An empty required field is no error before the form is sent: Firefox
 * exposes it as one unless the field denies it.
 */
export function buildAriaAttributes(id: string, hint: string | undefined, problem: string | undefined, isRequired = false) {
  const notes = [...(hint === undefined ? [] : [`${id}-hint`]), ...(problem === undefined ? [] : [`${id}-problem`])];
  return {
    "aria-describedby": notes.join(" ") || undefined,
    ...(problem === undefined ? isRequired && { "aria-invalid": "false" as const } : { "aria-invalid": "true" as const }),
  };
}

export function FieldNotes({ id, hint, problem }: Pick<InputFieldProps, "id" | "hint" | "problem">) {
  return (
    <>
      {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
      {problem === undefined ? null : (
        <small id={`${id}-problem`} class="problem">
          {visible(problem)}
        </small>
      )}
    </>
  );
}

/** Text of its own is in a paragraph: Orca does not read text that is directly in a live region when the page loads. */
export function Alert({ children, kind = "bad" }: { readonly children?: Child; readonly kind?: "bad" | "warn" | "good" }) {
  if (children === undefined) return null;
  const hasText = [children].flat().some((child) => typeof child === "string" && child.trim() !== "");
  return (
    <div class={`note ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {hasText ? <p>{children}</p> : children}
    </div>
  );
}

type InputAttributes = "type" | "required" | "autocapitalize" | "autofocus" | "accept" | "maxlength" | "pattern";

interface InputFieldProps extends Pick<JSX.IntrinsicElements["input"], InputAttributes> {
  readonly id: string;
  /** @default the id */
  readonly name?: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly value?: string | undefined;
  /** The act whose key moves the focus to the field: see browser/acts.ts. */
  readonly "data-act"?: string | undefined;
  /** The text in the empty field. It replaces the visible label; screen readers still read the label. */
  readonly placeholder?: string;
}

export function InputField({ id, name = id, label, hint, problem, ...input }: InputFieldProps) {
  return (
    <>
      <label for={id} class={input.placeholder && "hidden"}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        {...input}
        autocomplete={input.type === "file" ? undefined : "off"}
        spellcheck={false}
        {...buildAriaAttributes(id, hint, problem, input.required)}
      />
      <FieldNotes id={id} hint={hint} problem={problem} />
    </>
  );
}

type TextFieldProps = Pick<InputFieldProps, "id" | "name" | "label" | "hint" | "problem" | "value"> & Attributes<"textarea">;

export function TextField({ id, name = id, label, hint, problem, value = "", ...text }: TextFieldProps) {
  return (
    <>
      <label for={id} class={text.placeholder ? "hidden" : undefined}>
        {label}
      </label>
      <textarea id={id} name={name} {...text} {...buildAriaAttributes(id, hint, problem, text.required)}>
        {escapeTextArea(value)}
      </textarea>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </>
  );
}

/** Puts a line end before a text of several lines, because a text area drops a line end at its beginning. */
export function escapeTextArea(text: string): string {
  return text.includes("\n") ? `\n${text}` : text;
}

interface SentFieldProps extends Omit<InputFieldProps, "name" | "value" | "problem"> {
  readonly visit: Visit;
  readonly problems: readonly FormProblem[];
  /** The value before anything was sent. @default nothing */
  readonly usual?: string;
}

export function SentField({ visit, id, problems, usual = "", ...field }: SentFieldProps) {
  const problem = findFieldProblem(problems, id);
  return <InputField id={id} value={visit.field(id) || usual} problem={problem} autofocus={problem !== undefined} {...field} />;
}

export interface QueryFieldProps extends Omit<InputFieldProps, "id" | "name"> {
  readonly visit: Visit;
  /** The name of the parameter in the address, and the id of the field. */
  readonly name: string;
}

export function QueryField({ visit, name, value = visit.query(name), ...field }: QueryFieldProps) {
  return <InputField id={name} value={value} {...field} />;
}

type Attributes<Tag extends "form" | "button" | "a" | "select" | "textarea"> = Omit<JSX.IntrinsicElements[Tag], "children">;

export interface SelectProps extends Attributes<"select"> {
  readonly options: readonly (readonly [value: string, words: string | undefined])[];
  /** @default the first option */
  readonly chosen?: string | undefined;
}

export function Select({ options, chosen, ...select }: SelectProps) {
  return (
    <select {...select}>
      {options.map(([value, words]) => (
        <option value={value} selected={value === chosen}>
          {words}
        </option>
      ))}
    </select>
  );
}

export interface PostFormProps extends Attributes<"form"> {
  readonly visit: Pick<Visit, "formToken">;
  readonly hidden?: HiddenFieldsProps["fields"] | undefined;
  readonly children?: Child;
}

/** Contains the token that proves that the form is ours. */
export function PostForm({ visit, hidden = {}, children, ...form }: PostFormProps) {
  return (
    <form method="post" {...form}>
      {visit.formToken}
      <HiddenFields fields={hidden} />
      {children}
    </form>
  );
}

export type SubmitButtonProps = Attributes<"button"> & { readonly text: string | undefined };

export function SubmitButton({ text, ...button }: SubmitButtonProps) {
  return (
    <button type="submit" {...button}>
      {text}
    </button>
  );
}

interface FormFoldProps {
  /** The text of the button, which names the act. An ellipsis is added to it. */
  readonly text: string;
  readonly class?: string;
  /** @default folded */
  readonly isOpen?: boolean | undefined;
  /** The act whose key opens the form: see browser/acts.ts. */
  readonly act?: string;
  readonly children?: Child;
}

/** While the form is open, the button is at its foot, with the text Cancel. */
export function FormFold({ text, class: look = "button quiet", isOpen, act, children }: FormFoldProps) {
  return (
    <details class="change" open={isOpen}>
      <summary class={look} data-act={act}>
        <span>{text}…</span>
        <span>{frameTexts.cancel}</span>
      </summary>
      {children}
    </details>
  );
}

/** The button is visible only in browsers that run scripts. */
export function CopyButton({ text, words }: Readonly<Record<"text" | "words", string>>) {
  return (
    <button type="button" class="quiet" data-copy={text} data-copied={frameTexts.copied} hidden>
      {words}
    </button>
  );
}

export function ButtonLink({
  path,
  text,
  class: look = "button quiet",
  ...link
}: Attributes<"a"> & { readonly path: string; readonly text: string }) {
  return (
    <a class={look} href={path} {...link}>
      {text}
    </a>
  );
}

export interface HiddenFieldsProps {
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

export function HiddenFields({ fields }: HiddenFieldsProps) {
  return (
    <>
      {Object.entries(fields).flatMap(([name, values]) =>
        [values].flat().map((value) => <input type="hidden" name={name} value={value} />),
      )}
    </>
  );
}

/**
 * True if the field holds `word`, as it is stored or as `visible` shows it. Letter case does not matter, because phones capitalise the
 * first letter.
 */
export function isWordTyped(visit: Visit, field: string, word: string): boolean {
  const [typed = "", ...asked] = [visit.field(field), word, visible(word)].map((each) => each.trim().toLowerCase());
  return typed !== "" && asked.includes(typed);
}

import { html } from "hono/html";
import { type Html, visibleText } from "./layout";

interface FieldOptions {
  readonly hint?: string;
  readonly required?: boolean;
  /** Set if the page has several fields of that name. */
  readonly id?: string;
  readonly pattern?: string;
  /** The value's problem. */
  readonly problem?: string | undefined;
  readonly placeholder?: string;
}

export function textField(
  name: string,
  label: string,
  value: string,
  { hint, required, id = name, pattern, problem, placeholder = "" }: FieldOptions = {},
): Html {
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...(problem === undefined ? [] : [`${id}-problem`])].join(" ");
  const describedBy = described === "" ? "" : html` aria-describedby="${described}"`;
  const wrong = problem === undefined ? "" : html`<small class="problem" id="${id}-problem" role="alert">${visibleText(problem)}</small>`;
  const fits = pattern === undefined ? "" : html` pattern="${pattern}" maxlength="60"`;
  const shown = placeholder === "" ? "" : html` placeholder="${placeholder}"`;
  return html`<div class="field"><label>${label}<input name="${name}" value="${value}" autocomplete="off" spellcheck="false"${
    required ? html` required` : ""
  }${shown}${fits}${describedBy}${problem === undefined ? "" : html` aria-invalid="true"`}></label>${wrong}${hint === undefined ? "" : html`<small id="${id}-hint">${hint}</small>`}</div>`;
}

/** Values with their labels. */
export type Choices = readonly (readonly [value: string, label: string])[];

export function selectField(name: string, label: string, choices: Choices, selected: string): Html {
  const options = choices.map(
    ([value, shown]) => html`<option value="${value}"${value === selected ? html` selected` : ""}>${shown}</option>`,
  );
  return html`<div class="field"><label>${label}<select name="${name}">${options}</select></label></div>`;
}

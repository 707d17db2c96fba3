import { html } from "hono/html";
import type { Html } from "./layout";

interface FieldOptions {
  readonly hint?: string;
  readonly required?: boolean;
  /** Set if the page has several fields of that name. */
  readonly id?: string;
  readonly pattern?: string;
  readonly placeholder?: string;
}

export function textField(
  name: string,
  label: string,
  value: string,
  { hint, required, id = name, pattern, placeholder = "" }: FieldOptions = {},
): Html {
  const describedBy = hint === undefined ? "" : html` aria-describedby="${id}-hint"`;
  const fits = pattern === undefined ? "" : html` pattern="${pattern}" maxlength="60"`;
  const shown = placeholder === "" ? "" : html` placeholder="${placeholder}"`;
  return html`<div class="field"><label>${label}<input name="${name}" value="${value}" autocomplete="off" spellcheck="false"${
    required ? html` required` : ""
  }${shown}${fits}${describedBy}></label>${hint === undefined ? "" : html`<small id="${id}-hint">${hint}</small>`}</div>`;
}

/** Values with their labels. */
export type Choices = readonly (readonly [value: string, label: string])[];

export function selectField(name: string, label: string, choices: Choices, selected: string): Html {
  const options = choices.map(
    ([value, shown]) => html`<option value="${value}"${value === selected ? html` selected` : ""}>${shown}</option>`,
  );
  return html`<div class="field"><label>${label}<select name="${name}">${options}</select></label></div>`;
}

import type { Visit } from "../app/visit";
import { described, FieldNotes } from "./error-summary";

interface QueryFieldProps {
  readonly visit: Visit;
  /** Of the parameter in the address; the field's id too. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with what was typed. */
  readonly problem?: string | undefined;
  /** @default text */
  readonly type?: "date";
  readonly required?: boolean;
  readonly placeholder?: string;
  /** The id of a list of values to choose from. */
  readonly list?: string | undefined;
}

/** A field of a form that searches, with its label and what is said below it: it shows what the address asks for. */
export function QueryField({ visit, name, label, hint, problem, ...input }: QueryFieldProps) {
  return (
    <>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        {...input}
        value={visit.query(name)}
        autocomplete="off"
        spellcheck={false}
        {...described(name, hint, problem)}
      />
      <FieldNotes id={name} hint={hint} problem={problem} />
    </>
  );
}

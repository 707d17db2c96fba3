import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { frameTexts as t } from "../texts/frame-texts";
import { buildAriaAttributes, HiddenFields, QueryField, type QueryFieldProps, Select, SubmitButton } from "./forms";
import { Icon } from "./icon";
import { CURSOR_PARAMETER } from "./paging";
import { visible } from "./value";
import { passingParameters } from "./with-query";

export interface Chip {
  readonly name: string;
  /** The current value, in words. Undefined if the filter is not set. */
  readonly set: string | undefined;
  /** The filter's default, in words. If the filter is not set, the chip shows the default in place of the filter's name. @default none */
  readonly usual?: string;
  /** True if a field of the chip has a problem. The chip's form is then open. */
  readonly isWrong?: boolean;
  readonly parameters: readonly string[];
  /** The fields that set the filter, each with a label and its parameter's name. */
  readonly fields: Child;
}

export interface ChipsProps {
  readonly visit: Visit;
  readonly chips: readonly Chip[];
  /** A search field ahead of the filters. @default none */
  readonly search?: {
    readonly parameter: string;
    readonly label: string;
    /** @default the parameter's value in the address */
    readonly value?: string;
    /** Other parameters that a new search removes, because they have the same meaning. @default none */
    readonly instead?: readonly string[];
    readonly problem?: string | undefined;
  };
  /** The number of shown rows, at the end of the line. @default none */
  readonly total?: Child;
}

/** A filter that is not set has a dashed border. One that is set has a button that unsets it. Setting a filter keeps the others. */
export function Chips({ visit, chips, search, total }: ChipsProps) {
  const { path } = visit.context.req;
  return (
    <div class="chips">
      {search === undefined ? null : (
        <form method="get" action={path}>
          <HiddenFields fields={othersThan(visit, [search.parameter, ...(search.instead ?? [])])} />
          <input
            type="search"
            id={search.parameter}
            name={search.parameter}
            value={search.value ?? visit.query(search.parameter)}
            {...buildAriaAttributes(search.parameter, undefined, search.problem)}
            aria-label={search.label}
            placeholder={search.label}
            autocomplete="off"
            spellcheck={false}
          />
          {search.problem === undefined ? null : (
            // The page already shows the problem above. The hidden text repeats it, because a screen reader may read the field alone.
            <span id={`${search.parameter}-problem`} class="hidden">
              {visible(search.problem)}
            </span>
          )}
        </form>
      )}
      <div class="filters">
        {chips.map(({ name, set, usual, isWrong, parameters, fields }) => (
          <div class={set !== undefined ? "chip set" : usual === undefined ? "chip" : "chip usual"}>
            <details name="chip" data-popover open={isWrong}>
              <summary>
                {set === undefined ? (
                  <>
                    <Icon name={usual === undefined ? "add" : "expiry"} /> {usual ?? name}
                  </>
                ) : (
                  <span>
                    {name}: <b>{set}</b>
                  </span>
                )}
              </summary>
              <form method="get" action={path} class="pop">
                <HiddenFields fields={othersThan(visit, parameters)} />
                <p>{fields}</p>
                <SubmitButton text={t.apply} />
              </form>
            </details>
            {set === undefined ? null : (
              <a href={addressWith(visit, parameters, {})} aria-label={t.removeFilter(name)}>
                <Icon name="close" />
              </a>
            )}
          </div>
        ))}
      </div>
      {total === undefined ? null : <span class="total">{total}</span>}
    </div>
  );
}

export function fieldChip(visit: Visit, field: Omit<QueryFieldProps, "visit">): Chip {
  const { name, label, problem } = field;
  const text = visit.query(name);
  return {
    name: label,
    set: text === "" ? undefined : visible(text),
    isWrong: problem !== undefined,
    parameters: [name],
    fields: <QueryField visit={visit} {...field} />,
  };
}

interface ChoiceProps {
  /** The name of the parameter in the address, and the id of the field. */
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  /** The text if no value is chosen. @default any */
  readonly none?: string | undefined;
}

export function choiceChip(visit: Visit, { name, label, options, none = t.any }: ChoiceProps): Chip {
  const chosen = visit.query(name);
  const fields = (
    <>
      <label for={name}>{label}</label>
      <Select id={name} name={name} options={[["", none], ...options]} chosen={chosen} />
    </>
  );
  return { name: label, set: options.find(([value]) => value === chosen)?.[1], parameters: [name], fields };
}

function othersThan({ context }: Visit, parameters: readonly string[]): Readonly<Record<string, string>> {
  const { searchParams } = new URL(context.req.url);
  return Object.fromEntries(
    [...searchParams].filter(([name, value]) => value !== "" && ![CURSOR_PARAMETER, ...passingParameters, ...parameters].includes(name)),
  );
}

/** Returns the address of this list's first page with `values` as parameters. @param without names of parameters that the address loses */
export function addressWith(visit: Visit, without: readonly string[], values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams({ ...othersThan(visit, without), ...values });
  return query.size === 0 ? visit.context.req.path : `${visit.context.req.path}?${query}`;
}

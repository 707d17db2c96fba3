import * as v from "valibot";

// Schemas check options, so that a mistyped name is an error in plain JavaScript too.
// The types stay written out, as their docstrings are what editors show: docs/decisions/0059.

type OptionCheck<T, K extends keyof T> =
  object extends Pick<T, K>
    ? v.OptionalSchema<v.GenericSchema<unknown, Exclude<T[K], undefined>>, undefined>
    : v.GenericSchema<unknown, T[K]>;

export type OptionsSchema<T> = v.GenericSchema<T> & { readonly entries: v.ObjectEntries };

/** The schema of options: one for each of `T`'s, optional where it is, and for no other. The compiler holds both together. */
export function optionSchema<T extends object>(checks: { readonly [K in keyof T]-?: OptionCheck<T, K> }): OptionsSchema<T> {
  return v.strictObject(checks as v.ObjectEntries) as v.GenericSchema as OptionsSchema<T>;
}

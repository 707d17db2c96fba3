import * as v from "valibot";

// Schemas check options, so that a mistyped name is an error in plain JavaScript too. The types of options are not derived from the
// schemas, because editors show the comments of written types: docs/decisions/0059.

type OptionCheck<T, K extends keyof T> =
  object extends Pick<T, K>
    ? v.OptionalSchema<v.GenericSchema<unknown, Exclude<T[K], undefined>>, undefined>
    : v.GenericSchema<unknown, T[K]>;

/**
 * Functions by an option's name. If an earlier version had the option or took the given value, the function returns the line to write
 * instead; otherwise, undefined.
 */
export type Replacements = Readonly<Record<string, (input: unknown) => string | undefined>>;

export type OptionsSchema<T> = v.GenericSchema<T> & { readonly entries: v.ObjectEntries; readonly replaced?: Replacements };

/**
 * A call compiles only if `checks` has exactly one check for each option of `T`. The check of an optional option must be optional.
 * @param replacements for earlier names and values: the error then says what to write
 */
export function optionSchema<T extends object>(
  checks: { readonly [K in keyof T]-?: OptionCheck<T, K> },
  replacements?: Replacements,
): OptionsSchema<T> {
  return {
    ...(v.strictObject(checks as v.ObjectEntries) as v.GenericSchema as OptionsSchema<T>),
    replaced: replacements,
  };
}

export function replaceValue(option: string, old: string, value: string): Replacements {
  return { [option]: (input) => (input === old ? `${option}: ${JSON.stringify(value)}` : undefined) };
}

export function replaceName(old: string, option: string): Replacements {
  return { [old]: (input) => `${option}: ${JSON.stringify(input)}` };
}

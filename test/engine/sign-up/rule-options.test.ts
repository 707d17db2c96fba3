import * as v from "valibot";
import { optionSchema } from "../../../engine/option-schema";
import { assertRuleOptions, assertRuleValue, formatGiven, notAs, readElsewhere, wholeFrom } from "../../../engine/sign-up/rule-options";

interface Options {
  readonly seats: number;
  readonly kind?: "long" | "short";
  readonly windows?: readonly { readonly per: string; readonly more?: { readonly deep?: { readonly size?: string } } }[];
}

const seats = wholeFrom(1, 9, notAs("seats is a whole number from 1 to 9", ": ask for more"));
const per = v.string(notAs("per is a text"));
const deep = v.strictObject({ size: v.optional(v.string()) });
const windows = v.array(v.strictObject({ per, more: v.optional(v.strictObject({ deep: v.optional(deep) })) }));
const schema = optionSchema<Options>({
  seats,
  kind: v.optional(v.picklist(["long", "short"], notAs("kind is long or short"))),
  windows: v.optional(windows),
});
const whole = v.pipe(
  schema,
  v.check(({ seats, kind }) => seats > 1 || kind !== "long", "one seat is never long"),
);
const check = (options: unknown) => assertRuleOptions("own", options as Options, { ...whole, entries: schema.entries });

it.each([{ seats: 1 }, { seats: 9, kind: "long", windows: [] }, { seats: 2, windows: [{ per: "1h", more: { deep: { size: "x" } } }] }])(
  "options are accepted: %j",
  (options) => expect(() => check(options)).not.toThrow(),
);

it.each<{ options: object; says: Error }>([
  { options: { seats: 10 }, says: new RangeError("own: seats is a whole number from 1 to 9, not 10: ask for more.") },
  { options: { seats: 1.5 }, says: new RangeError("own: seats is a whole number from 1 to 9, not 1.5: ask for more.") },
  { options: { seats: "2" }, says: new RangeError('own: seats is a whole number from 1 to 9, not "2": ask for more.') },
  { options: {}, says: new RangeError("own: seats is a whole number from 1 to 9, not undefined: ask for more.") },
  { options: { seats: 2, kind: "wide" }, says: new TypeError('own: kind is long or short, not "wide".') },
  { options: { seats: 1, kind: "long" }, says: new TypeError("own: one seat is never long") },
  { options: { seats: 2, windows: [{}] }, says: new TypeError("own: per is a text, not undefined.") },
  { options: { seats: 2, windows: [{ per: "1h" }, { per: 7 }] }, says: new TypeError("own: per is a text, not 7.") },
  { options: { seats: 10, kind: "wide" }, says: new RangeError("own: seats is a whole number from 1 to 9, not 10: ask for more.") },
  {
    options: { seats: 2, windows: [{ per: "1h", mroe: {} }] },
    says: new TypeError('own: windows.0 has no option "mroe": write one of per, more. Did you mean more?'),
  },
  {
    options: { seats: 2, windows: [{ per: "1h", more: { deep: { sise: "x" } } }] },
    says: new TypeError('own: windows.0.more.deep has no option "sise": write one of size. Did you mean size?'),
  },
  {
    options: { seats: 2, kinds: "long" },
    says: new TypeError('own has no option "kinds": write one of seats, kind, windows. Did you mean kind?'),
  },
])("options are refused with an error about their first fault: $options", ({ options, says }) =>
  expect(() => check(options)).toThrow(says),
);

it("a single value is refused by the same kind of error as options", () => {
  expect(() => assertRuleValue("own", 9, seats)).not.toThrow();
  expect(() => assertRuleValue("own", 0, seats)).toThrow(new TypeError("own: seats is a whole number from 1 to 9, not 0: ask for more."));
});

it.each([undefined, null, 7, "x", {}])("an option that another function checks is accepted: %j", (value) =>
  expect(v.is(readElsewhere(), value)).toBe(true),
);

it.each<[unknown, string]>([
  ["x", '"x"'],
  [{ a: [1] }, '{"a":[1]}'],
  [null, "null"],
  [undefined, "undefined"],
  [Number.NaN, "NaN"],
  [10n, "10"],
  [() => "x", "a function"],
  [true, "true"],
])("an error quotes the value %p in readable form", (value, named) => expect(formatGiven(value)).toBe(named));

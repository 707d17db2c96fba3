import fc from "fast-check";
import { formulaSafe, looksLikeFormula, withoutFormulaQuote } from "../../../../engine/access-list/files/formula";
import { special } from "./special";

it("loses nothing by escaping", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...special) }), (cell) => {
      expect(withoutFormulaQuote(formulaSafe(cell))).toBe(cell);
      expect(looksLikeFormula(formulaSafe(cell))).toBe(false);
    }),
  );
});

it.each(["=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠a"])(
  "puts a quote before %j, and another before that",
  (cell) => {
    expect(looksLikeFormula(cell)).toBe(true);
    expect(formulaSafe(cell)).toBe(`'${cell}`);
    expect(formulaSafe(`'${cell}`)).toBe(`''${cell}`);
    expect(withoutFormulaQuote(`''${cell}`)).toBe(`'${cell}`);
  },
);

it.each(["", "a=1", "'a=1", "'", "1+1", "kim@contoso.com", "it's -1"])("leaves %j alone", (cell) => {
  expect(looksLikeFormula(cell)).toBe(false);
  expect(formulaSafe(cell)).toBe(cell);
  expect(withoutFormulaQuote(cell)).toBe(cell);
});

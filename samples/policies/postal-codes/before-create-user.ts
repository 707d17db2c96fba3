import { accessList, beforeCreateUser, format, text, upperCase, validate } from "entra-gatehouse";
import * as v from "valibot";

/** By the country as the form names it: how its postal codes are written. */
const forms: Readonly<Record<string, RegExp>> = {
  "United States": /^\d{5}(-\d{4})?$/,
  "South Korea": /^\d{5}$/,
  Germany: /^\d{5}$/,
  Netherlands: /^\d{4} [A-Z]{2}$/,
  "United Kingdom": /^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/,
};

const wrongForm = text({
  en: "This is no postal code of the country that you chose.",
  ko: "선택한 국가의 우편번호 형식이 아닙니다.",
});

const address = v.pipe(
  v.object({ country: v.string(), postalCode: v.string() }),
  v.forward(
    // Countries that are not named have no form that we know.
    v.check(({ country, postalCode }) => forms[country]?.test(postalCode) ?? true, wrongForm),
    ["postalCode"],
  ),
);

export default beforeCreateUser([
  format({ country: (name) => name.trim(), postalCode: (code) => upperCase(code.trim()) }),
  accessList(),
  validate(address),
]);

import { accessList, beforeCreateUser, countryOf, format, text, trim, upperCase, validate } from "entra-gatehouse";
import * as v from "valibot";

/** By the country: how its postal codes are written. */
const forms: Readonly<Record<string, RegExp>> = {
  US: /^\d{5}(-\d{4})?$/,
  KR: /^\d{5}$/,
  DE: /^\d{5}$/,
  NL: /^\d{4} [A-Z]{2}$/,
  GB: /^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/,
};

const wrongForm = text({
  en: "This is no postal code of the country that you chose.",
  ko: "선택한 국가의 우편번호 형식이 아닙니다.",
});

const address = v.pipe(
  v.object({ country: v.string(), postalCode: v.string() }),
  v.forward(
    // Countries that are not named have no form that we know. A country that cannot be read has to be corrected.
    v.check(({ country, postalCode }) => {
      const code = countryOf(country)?.alpha2;
      return code !== undefined && (forms[code]?.test(postalCode) ?? true);
    }, wrongForm),
    ["postalCode"],
  ),
);

export default beforeCreateUser([format({ country: trim, postalCode: (code) => upperCase(trim(code)) }), accessList(), validate(address)], {
  trust: ["mail", "google.com"],
});

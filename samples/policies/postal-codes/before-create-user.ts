import { accessList, beforeCreateUser, countryOf, format, text, trim, upperCase, validate } from "entra-gatehouse";
import * as v from "valibot";

/** By the country: how its postal codes are written. */
const forms = new Map([
  ["US", /^\d{5}(-\d{4})?$/],
  ["KR", /^\d{5}$/],
  ["NL", /^\d{4} [A-Z]{2}$/],
]);

const wrongForm = text({ en: "Check the postal code.", ko: "선택한 국가의 우편번호 형식이 아닙니다." });

const address = v.pipe(
  v.object({ country: v.string(), postalCode: v.string() }),
  v.forward(
    // Countries that are not named have no form that we know. A country that cannot be read has to be corrected.
    v.check(({ country, postalCode }) => {
      const code = countryOf(country)?.alpha2;
      return code !== undefined && (forms.get(code)?.test(postalCode) ?? true);
    }, wrongForm),
    ["postalCode"],
  ),
);

export default beforeCreateUser([format({ postalCode: (code) => upperCase(trim(code)) }), accessList(), validate(address)], {
  trust: ["mail", "google.com"],
});

import { accessList, beforeCreateUser, format, upperCase, validate } from "entra-gatehouse";
import * as v from "valibot";

export default beforeCreateUser(
  [
    format({ companyName: upperCase }),
    accessList({ otherwise: "continue" }),
    validate(v.object({ city: v.pipe(v.string(), v.regex(/^\D+$/)) })),
  ],
  { trust: "any", admitsEverybody: "A policy of the tests." },
);

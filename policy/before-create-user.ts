import { accessList, beforeCreateUser, format, titleCase, trim, validate } from "entra-gatehouse";
import * as v from "valibot";

/**
 * Before the account is created. The list is here too, because some people skip the first step.
 *
 * `trust: "any"`, because most guests have work accounts, which prove no address to Entra, and the list is their only way in.
 * The administrator of any tenant can give an account a listed address. Where that is too little, write
 * `["mail", "google.com"]` at both steps, and let people of work accounts be invited or approved.
 */
export default beforeCreateUser(
  [
    format({ displayName: trim, givenName: trim, surname: trim, city: trim }),
    format({ displayName: titleCase, givenName: titleCase, surname: titleCase, city: titleCase }),
    accessList(),
    validate(v.object({ displayName: v.optional(v.pipe(v.string(), v.maxLength(256))) })),
  ],
  { trust: "any" },
);

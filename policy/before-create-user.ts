import { accessList, beforeCreateUser, format, titleCase, trim, validate } from "entra-gatehouse";
import * as v from "valibot";

/** Before the account is created. The list is here too, because some people skip the first step. */
export default beforeCreateUser([
  format({ displayName: trim, givenName: trim, surname: trim, city: trim }),
  format({ displayName: titleCase, givenName: titleCase, surname: titleCase, city: titleCase }),
  accessList(),
  validate(v.object({ displayName: v.optional(v.pipe(v.string(), v.maxLength(256))) })),
]);

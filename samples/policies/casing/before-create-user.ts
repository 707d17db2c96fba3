import { accessList, beforeCreateUser, type Formatter, format, titleCase, upperCase } from "entra-gatehouse";

/** Without spaces at either end, and one between words. */
const tidy: Formatter = (text) => text.trim().replace(/\s+/g, " ");
const name: Formatter = (text) => titleCase(tidy(text));

/** The directory gets names as people write them, whatever was typed. */
export default beforeCreateUser(
  [
    format({
      displayName: name,
      givenName: name,
      surname: name,
      city: name,
      streetAddress: tidy,
      postalCode: (text) => upperCase(tidy(text)),
    }),
    accessList(),
  ],
  { trust: ["mail", "google.com"] },
);

import { accessList, beforeCreateUser, type Formatter, format, titleCase } from "entra-gatehouse";

/** In title case, without spaces at either end, and one between words. */
const name: Formatter = (text) => titleCase(text.trim().replace(/\s+/g, " "));

/** The directory gets names as people write them, whatever was typed. */
export default beforeCreateUser([format({ displayName: name, givenName: name, surname: name }), accessList()], {
  trust: ["mail", "google.com"],
});

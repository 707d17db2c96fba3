import { accessList, beforeCreateUser, lookup, profiles } from "entra-gatehouse";

/** Lets in people that a profile names, by account or address. */
export default beforeCreateUser([accessList(), lookup(profiles({ trust: ["google.com", "entra"] }), { notFound: "block" })], {
  trust: "any",
});

import { accessList, bearer, beforeCreateUser, http, lookup } from "entra-gatehouse";
import * as v from "valibot";

const crm = http({
  name: "crm",
  url: "https://crm.contoso.com/people/{email}",
  authentication: bearer("crm-token"),
  // An empty text would let people in without a title.
  schema: v.object({ jobTitle: v.pipe(v.string(), v.trim(), v.nonEmpty()) }),
  onFailure: "block",
  attributes: ({ jobTitle }) => ({ jobTitle }),
});

/** The job title is what the CRM says, and only people that it knows get in. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), lookup(crm, { only: ["jobTitle"], notFound: "block" })], {
  trust: ["mail", "google.com"],
});

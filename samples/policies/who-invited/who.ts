import { admit } from "entra-gatehouse";

/** People with an invitation to their address may sign up, and people of the access list. */
export const who = admit({
  invited: { by: ["address"], lasts: "14d" },
  listed: true,
  everyoneElse: "block",
  trust: ["mail", "google.com"],
});

import { admit } from "entra-gatehouse";

/** People on the access list may sign up, and nobody else. */
export const who = admit({ listed: true, everyoneElse: "block", trust: ["mail", "google.com"] });

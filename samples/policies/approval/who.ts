import { admit } from "entra-gatehouse";

/** People that the list allows pass, those it denies are blocked; everyone else waits for an approver, and then gets an account. */
export const who = admit({ listed: true, everyoneElse: "approval", trust: ["mail", "google.com"] });

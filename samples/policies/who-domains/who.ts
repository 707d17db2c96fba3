import { admit } from "entra-gatehouse";

/** People of these domains and of the access list may sign up. An approver decides on everybody else. */
export const who = admit({
  domains: ["contoso.com"],
  listed: true,
  everyoneElse: "approval",
  trust: ["mail", "google.com"],
});

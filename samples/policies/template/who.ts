import { admit } from "entra-gatehouse";

/** The policy of the release's template: listed people get in; everybody else waits for an approver, and then signs up once more. */
export const who = admit({
  listed: true,
  everyoneElse: "approval",
  approval: { then: "continue" },
  trust: ["mail", "google.com"],
});

import { admit } from "entra-gatehouse";

/**
 * Everybody may sign up whom the access list does not deny: three hundred people an hour, of each domain twenty. An approver
 * decides on further people of a domain.
 */
export const who = admit({
  listed: true,
  limit: [
    { by: "gate", windows: [{ max: 300, per: "1h" }] },
    { by: "domain", windows: [{ max: 20, per: "1h" }], then: "approval" },
  ],
  everyoneElse: "continue",
  trust: ["mail", "google.com"],
});

import { admit } from "entra-gatehouse";

/** People of two companies and their subsidiaries, with an address proven by a code or by Google. */
export const who = admit({
  domains: ["contoso.com", "fabrikam.com"],
  subdomains: true,
  everyoneElse: "block",
  trust: ["mail", "google.com"],
});

import type { GuestPolicies } from "../../engine/directory-account";

/** Returns a sentence about Entra's own policies for guests. Empty if none is on. */
export function guestPolicyWords(policies: GuestPolicies): readonly string[] {
  if (policies === "unknown") return ["Entra's own policies for guests: not known"];
  if (policies.length === 0) return [];
  const names = policies.map(({ name, source }) => `"${name}"${source === "systemDefault" ? " (Microsoft's default)" : ""}`);
  const asks = policies.some(({ asksSponsors }) => asksSponsors) ? " (Entra asks sponsors as well: My Account, Sponsored guests)" : "";
  return [`Entra's own policies for guests are on, too: ${names.join(", ")}${asks}`];
}

import { normaliseEmail } from "./sign-up/email";

/** Entra names a guest `kim_contoso.com#EXT#@fabrikam.onmicrosoft.com`, with one # in accounts made through Graph. */
const guestName = /^(.*)(?:#|%23)EXT(?:#|%23)?(?:@|$)/i;

/** True for the user name that Entra makes for a guest. It is nobody's address. */
export function isGuestName(name: string): boolean {
  return guestName.test(name);
}

/** Returns the address of the guest. Undefined for other names, and for guests whose address a name does not hold. */
export function guestAddress(name: string): string | undefined {
  const [, guest = ""] = guestName.exec(name) ?? [];
  const at = guest.lastIndexOf("_");
  return at < 1 ? undefined : normaliseEmail(`${guest.slice(0, at)}@${guest.slice(at + 1)}`);
}

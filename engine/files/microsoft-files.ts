import { guestAddress } from "../directory-account";
import { normaliseEmail } from "../sign-up/email";
import type { FileProblem } from "./file-problem";

// Two files of the Entra admin center: the template for "Bulk invite", and what "Download users" gives.
// https://learn.microsoft.com/entra/external-id/tutorial-bulk-invite
// https://learn.microsoft.com/entra/identity/users/users-bulk-download

type Cells = Readonly<Record<string, string>>;

/** How rows of one of Microsoft's files are read. */
export interface MicrosoftFile {
  /** Names of the columns, as Microsoft's APIs call them. */
  readonly names: readonly string[];
  /** Columns whose cells count. */
  readonly used: readonly string[];
  /** The row's address, or what is wrong; undefined for the row of examples. */
  addressIn(cells: Cells): { readonly address: string } | FileProblem | undefined;
}

/** True for the line above the template's header: `version:v1.0`, with empty cells behind it after Excel has saved it. */
export function isVersionLine([first = "", ...others]: readonly string[]): boolean {
  return /^version:\s*v\d/i.test(first) && others.every((cell) => cell === "");
}

/** Undefined for the header of any other file. */
export function recognizeFile(header: readonly string[]): MicrosoftFile | undefined {
  // `Email address to invite [inviteeEmail] Required`: the words are in the language of whoever downloaded the template.
  const names = header.map((name) => /\[\s*([A-Za-z]+)\s*\]/.exec(name)?.[1] ?? name);
  if (names.includes("inviteeEmail")) return { names, used: ["inviteeEmail", "sendEmail"], addressIn: readInvitee };
  const lower = header.map((name) => name.toLowerCase());
  if (!["userprincipalname", "mail"].every((name) => lower.includes(name))) return undefined;
  const usedNames = ["userPrincipalName", "mail", "alternateEmailAddress"];
  const ownNames = header.map((name) => usedNames.find((each) => each.toLowerCase() === name.toLowerCase()) ?? name);
  return { names: ownNames, used: usedNames, addressIn: readUser };
}

function readInvitee({ inviteeEmail = "" }: Cells): { readonly address: string } | undefined {
  return /^example:/i.test(inviteeEmail) ? undefined : { address: inviteeEmail };
}

/** A guest's user name alone is no proof of an address: Entra shortens names, and the address behind one may have changed. */
function readUser({ mail = "", userPrincipalName = "", alternateEmailAddress = "" }: Cells): { readonly address: string } | FileProblem {
  if (mail !== "") return { address: mail };
  const guest = guestAddress(userPrincipalName);
  if (guest !== undefined && guest === normaliseEmail(alternateEmailAddress)) return { address: guest };
  return { code: "userWithoutMail", name: userPrincipalName, ...(guest !== undefined && { meant: guest }) };
}

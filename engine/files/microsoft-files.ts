import { guestAddress } from "../directory-account";
import { normaliseEmail } from "../sign-up/email";
import type { FileProblem } from "./file-problem";

// These are two files of the Entra admin center: the template for "Bulk invite", and the file of "Download users".
// https://learn.microsoft.com/entra/external-id/tutorial-bulk-invite https://learn.microsoft.com/entra/identity/users/users-bulk-download

type Cells = Readonly<Record<string, string>>;

export interface MicrosoftFile {
  /** The names of the file's columns, as Microsoft's APIs write them. */
  readonly names: readonly string[];
  readonly used: readonly string[];
  /** Returns the address in a row, or the row's problem. Undefined for the template's row of examples. */
  addressIn(cells: Cells): { readonly address: string } | FileProblem | undefined;
}

/** True for the line above the template's header: `version:v1.0`. If Excel has saved the file, empty cells follow the version. */
export function isVersionLine([first = "", ...others]: readonly string[]): boolean {
  return /^version:\s*v\d/i.test(first) && others.every((cell) => cell === "");
}

export function recognizeFile(header: readonly string[]): MicrosoftFile | undefined {
  // Headers look like `Email address to invite [inviteeEmail] Required`, in the language of the person who downloaded the template.
  const names = header.map((name) => /\[\s*([A-Za-z]+)\s*\]/.exec(name)?.[1] ?? name);
  if (names.includes("inviteeEmail"))
    return {
      names,
      used: ["inviteeEmail", "sendEmail"],
      addressIn: ({ inviteeEmail = "" }) => (/^example:/i.test(inviteeEmail) ? undefined : { address: inviteeEmail }),
    };
  const lower = header.map((name) => name.toLowerCase());
  if (!["userprincipalname", "mail"].every((name) => lower.includes(name))) return undefined;
  const usedNames = ["userPrincipalName", "mail", "alternateEmailAddress"];
  const ownNames = header.map((name) => usedNames.find((each) => each.toLowerCase() === name.toLowerCase()) ?? name);
  return { names: ownNames, used: usedNames, addressIn: readUser };
}

/** A guest's user name alone proves no address: Entra shortens names, and the address may have changed since. */
function readUser({ mail = "", userPrincipalName = "", alternateEmailAddress = "" }: Cells): { readonly address: string } | FileProblem {
  if (mail !== "") return { address: mail };
  const guest = guestAddress(userPrincipalName);
  if (guest !== undefined && guest === normaliseEmail(alternateEmailAddress)) return { address: guest };
  return { code: "userWithoutMail", name: userPrincipalName, meant: guest };
}

import { normalisePossibleEmail } from "../unmatched";

/** `Contoso <sign-up@contoso.com>`. */
const NAMED_ADDRESS = /^([^<>]*)<([^<>]*)>$/s;
const MAX_NAME = 100;
/** A name of these characters needs neither quotes nor encoding (RFC 5322, atoms). */
const PLAIN_NAME = /^[\w!#$%&'*+/=?^`{|}~ -]*$/;
/** A name that is encoded already (RFC 2047). */
const ENCODED_NAME = /^=\?[\w-]+\?[bq]\?[!->@-~]+\?=( =\?[\w-]+\?[bq]\?[!->@-~]+\?=)*$/i;
/** With `=?UTF-8?B?` and `?=`, an encoded word then has at most 75 characters. */
const BYTES_IN_WORD = 45;

export type SenderProblem = "address" | "name";

/**
 * Reads a sender: an address, or a name with an address in angle brackets. The header holds ASCII alone: other names are encoded (RFC
 * 2047). A name with quotes or line breaks is refused, because it could be read as another sender.
 */
export function readSender(typedText: string): { readonly from: string } | { readonly problem: SenderProblem } {
  const [, typedName = "", typedAddress = typedText] = NAMED_ADDRESS.exec(typedText.trim()) ?? [];
  const address = normalisePossibleEmail(typedAddress);
  if (address === undefined) return { problem: "address" };
  const name = typedName.trim();
  if (/["\\\p{Cc}\u2028\u2029]/u.test(name) || name.length > MAX_NAME) return { problem: "name" };
  return { from: name === "" ? address : `${encodeName(name)} <${address}>` };
}

/** Returns the address of a sender as `readSender` makes it. */
export function findSenderAddress(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
}

function encodeName(name: string): string {
  if (ENCODED_NAME.test(name) || (PLAIN_NAME.test(name) && !name.includes("=?"))) return name;
  const words = [""];
  for (const character of name) {
    const longer = `${words.at(-1)}${character}`;
    if (Buffer.byteLength(longer) > BYTES_IN_WORD) words.push(character);
    else words[words.length - 1] = longer;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}

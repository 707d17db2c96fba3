import { guestAddress } from "../directory-account";
import { isRounded } from "../sign-up/attributes";
import { normaliseEmail } from "../sign-up/email";
import type { FileProblem } from "./file-problem";

export const formats = ["csv", "jsonl"] as const;
export type ListFormat = (typeof formats)[number];

export function detectFormat(path: string): ListFormat {
  return /\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : "csv";
}

/** The format of a text that came without a file's name. */
export function guessFormat(text: string): ListFormat {
  return text.trimStart().startsWith("{") ? "jsonl" : "csv";
}

/** True if a cell was decoded wrongly. U+FFFD stands for bytes that are not UTF-8; a NUL between letters indicates UTF-16. */
export function isGarbled(cell: unknown): boolean {
  return typeof cell === "string" && (cell.includes("\ufffd") || cell.includes("\0"));
}

/** Characters that begin a formula in spreadsheets, including full-width forms. */
const formula = /^[=+\-@＝＋－＠\t\r\n]/;
const escapedFormula = /^'+[=+\-@＝＋－＠\t\r\n]/;

/**
 * Prevents a spreadsheet from running a cell as a formula. A cell that is already escaped gets one more apostrophe, so that
 * `removeFormulaQuote` restores every cell.
 */
export function formulaSafe(cell: string): string {
  return formula.test(cell) || escapedFormula.test(cell) ? `'${cell}` : cell;
}

export function removeFormulaQuote(cell: string): string {
  return escapedFormula.test(cell) ? cell.slice(1) : cell;
}

export function looksLikeFormula(cell: string): boolean {
  return formula.test(cell);
}

const LINE_END = "\r\n";

/** No spreadsheet runs a cell of the line as a formula. */
export function csvText(cells: readonly string[]): string {
  return cells.map((cell) => quoteCell(formulaSafe(cell))).join(",") + LINE_END;
}

/** Quotes a cell that would be read wrongly: readers ignore spaces at its ends, and some split it at a semicolon or tab. */
function quoteCell(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Matches lines that may have a number with more than 15 digits or an exponent. All other numbers are stored exactly. */
const mayLose = /[\d.]{16}|\d[eE][+-]?\d/;
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]|-?\d[\d.eE+-]*/g;

/** Finds a number that JavaScript or DynamoDB's clients would change. */
export function findLostDigits(json: string): FileProblem | undefined {
  if (!mayLose.test(json)) return undefined;
  let name = "";
  let last = "";
  let depth = 0;
  for (const [token] of json.matchAll(tokens)) {
    if (/^[{[]/.test(token)) depth += 1;
    else if (/^[}\]]/.test(token)) depth -= 1;
    else if (token === ":" && depth === 1) name = last;
    else if (/^[-\d]/.test(token) && losesDigits(token)) return { code: "lostDigits", name, number: token };
    last = token.startsWith('"') ? JSON.parse(token) : token;
  }
  return undefined;
}

export function losesDigits(literal: string): boolean {
  const number = Number(literal);
  return !Number.isFinite(number) || isRounded(number) || normalizeNumber(literal) !== normalizeNumber(`${number}`);
}

function normalizeNumber(literal: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? "0" : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

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

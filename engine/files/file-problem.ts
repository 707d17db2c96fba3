export type FileProblem =
  | {
      readonly code:
        | "quoteNotClosed"
        | "quoteNotClosedInCell"
        | "quoteWithinCell"
        | "notUtf8"
        | "spoiltCell"
        | "lineTooLong"
        | "notJsonObject"
        | "namelessMember"
        | "namelessColumn"
        | "badColumnName"
        | "repeatedHeader"
        | "dynamodbJson"
        | "copiedJson"
        | FileKind;
    }
  | { readonly code: "recordTooLong"; readonly most: number }
  | { readonly code: "tooManyFaults"; readonly most: number }
  | { readonly code: "cellCount"; readonly cells: number; readonly columns: number }
  | { readonly code: "missingColumn"; readonly name: string }
  | { readonly code: "repeatedColumn"; readonly name: string }
  | { readonly code: "emptyFile"; readonly columns: readonly string[] }
  | { readonly code: "noHeader"; readonly columns: readonly string[] }
  | { readonly code: "unknownColumn"; readonly name: string; readonly meant?: string; readonly columns: readonly string[] }
  | { readonly code: "userWithoutMail"; readonly name: string; readonly meant?: string }
  | { readonly code: "lostDigits"; readonly name: string; readonly number: string };

/** Forms of files that hold rows but cannot be imported. */
export type FileKind =
  | "workbook"
  | "gzip"
  | "markup"
  | "jsonArray"
  | "jsonOnSeveralLines"
  | "jsonInCsv"
  | "separatorLine"
  | "plainList"
  | "hostsFile"
  | "otherSeparator";

/** Thrown for a file that cannot be read at all. */
export class FileError extends Error {
  override readonly name = "FileError";
  constructor(
    /** The number of the line, counted from 1. */
    readonly line: number,
    readonly problem: FileProblem,
  ) {
    super(problem.code);
  }
}

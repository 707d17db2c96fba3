/** What is wrong with a file of rows, one of its lines or its first line. */
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
        | "badColumnName";
    }
  | { readonly code: "recordTooLong"; readonly most: number }
  | { readonly code: "tooManyFaults"; readonly most: number }
  | { readonly code: "cellCount"; readonly cells: number; readonly columns: number }
  | { readonly code: "headerWithout" | "repeatedColumn"; readonly name: string };

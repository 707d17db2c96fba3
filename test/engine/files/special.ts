/** Characters that a spreadsheet or a reader of CSV takes for something else than text, and one that none does. */
export const special = ["'", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", ";", ",", '"', " ", "a"];
